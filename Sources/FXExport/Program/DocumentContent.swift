import FXGraph

/// What a document holds, whatever its form.
public enum DocumentContent {
  case program(ExportedProgram)
  /// A graph module without a signature.
  case module(GraphModule)
}
