/**
 * Where a text comes from. Thresholds differ: what is ordinary in a tool's answer may be out of place in its description.
 * `argument`: what the caller sends to a tool. `result`: what comes back, errors and progress included. `tool_description`: everything in
 * a definition of a tool, prompt or resource. `server_description`: a server's name, description and instructions.
 */
export type Channel = 'argument' | 'result' | 'tool_description' | 'server_description';
