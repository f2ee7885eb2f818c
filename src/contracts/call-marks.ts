/** The turning points of a call that is traced, by `performance.now()`; 0 = it did not come that far. */
export interface CallMarks {
  /** The input checks are over, or the call started before them. */
  checked: number;
  /** There is a session with the server, and the request goes out. */
  sent: number;
  answered: number;
}
