import FXCore
import Glibc

extension FXError.Code {
  /// There is no file of this name.
  public static let fileMissing = FXError.Code("file.missing")
  /// The path is a directory.
  public static let fileIsDirectory = FXError.Code("file.isDirectory")
  /// The file or its directory may not be read or written.
  public static let filePermission = FXError.Code("file.permission")
  /// The file holds no bytes.
  public static let fileEmpty = FXError.Code("file.empty")
  /// Reading failed.
  public static let fileRead = FXError.Code("file.read")
  /// Writing failed.
  public static let fileWrite = FXError.Code("file.write")
  /// There is no room for the output.
  public static let fileFull = FXError.Code("file.full")
  /// The reader of the output has gone: the command ends without a message.
  public static let outputClosed = FXError.Code("file.outputClosed")
}

extension FXError {
  /// Returns the error that the system call in `action` left in `errno`.
  static func system(
    _ action: String, path: String, number: Int32 = errno, otherwise code: Code
  ) -> FXError {
    let place = SourcePlace(member: path.isEmpty ? "''" : path)
    switch number {
    case ENOENT, ENOTDIR: return FXError(.fileMissing, "no such file or directory", at: place)
    case EISDIR: return FXError(.fileIsDirectory, "is a directory, not a file", at: place)
    case EACCES, EPERM, EROFS:
      return FXError(.filePermission, "\(action) is not permitted", at: place)
    case ENOSPC, EDQUOT, EFBIG: return FXError(.fileFull, "no room left while \(action)", at: place)
    case EPIPE: return FXError(.outputClosed, "the reader of the output has gone", at: place)
    default:
      return FXError(code, "\(action) failed: \(String(cString: strerror(number)))", at: place)
    }
  }
}
