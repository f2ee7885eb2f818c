/** Where the health detail gets from where calls are counted. Also the injection token. */
export abstract class LimitStatusSource {
  abstract get detail(): object;
}
