/** An answer of the venue's interface that is no success: HTTP status, the venue's code, a message for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** As it is sent: codes with a leading zero are texts, the others numbers. */
  get body(): { readonly code: number | string; readonly msg: string } {
    return { code: codeValue(this.code), msg: this.message };
  }
}

export function codeValue(code: string): number | string {
  return code.startsWith("0") ? code : Number(code);
}

/** A request that is at fault; the venue answers nearly all of them with 400. */
export function refused(code: string, message: string): ApiError {
  return new ApiError(400, code, message);
}

export function missing(name: string): ApiError {
  return refused("0001", `Required field '${name}' missing or invalid.`);
}

export function illegal(name: string): ApiError {
  return refused("-1130", `Data sent for parameter '${name}' is not valid.`);
}

/** Not known to the site, by path or by method. */
export function unrouted(path: string): ApiError {
  return new ApiError(404, "404", `No static resource ${path.replace(/^\//, "").slice(0, 200)}.`);
}
