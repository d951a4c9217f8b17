import FXCore
enum FXJSONDocument {
  static func read(_ bytes: UnsafeRawBufferPointer) throws(FXError) -> Document.Content { throw FXError(.unsuitableForm, "not yet") }
  static func write(_ content: Document.Content, to sink: inout ByteSink) throws { throw FXError(.unsuitableForm, "not yet") }
}
