/** What a server says has changed; templates go with resources (2025-11-25, "List Changed Notification"). */
export type ChangedKind = 'prompts' | 'resources';
