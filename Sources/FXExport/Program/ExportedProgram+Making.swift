import FXCore
import FXGraph

extension ExportedProgram {
  /// Makes a program of a graph whose inputs are the user's, but for those that are said to be weights.
  ///
  ///     let x = graph.end.placeholder("x")
  ///     x.value = .tensor(TensorMeta(dtype: .float32, sizes: [2, 3]))
  ///     …
  ///     let program = ExportedProgram(graph, parameters: ["w": "fc.weight"])
  ///
  /// All that the graph returns are the user's outputs: one value, or the parts of a tuple. The order
  /// of inputs is PyTorch's where parameters come first, then buffers, constants, and the user's.
  ///
  /// - Parameters:
  ///   - parameters: by the names of placeholders the qualified names of parameters.
  ///   - buffers: likewise of buffers.
  ///   - constants: likewise of tensor constants.
  public init(
    _ graph: Graph, parameters: [String: String] = [:], buffers: [String: String] = [:],
    constants: [String: String] = [:]
  ) {
    var inputs: [InputSpec] = []
    var userNames: [String] = []
    for placeholder in graph.placeholders {
      let name = placeholder.name
      if let target = parameters[name] {
        inputs.append(InputSpec(.parameter(.positional, target: target)))
      } else if let target = buffers[name] {
        inputs.append(InputSpec(.buffer(.positional, target: target, isPersistent: true)))
      } else if let target = constants[name] {
        inputs.append(InputSpec(.tensorConstant(.positional, target: target)))
      } else {
        inputs.append(InputSpec(.userInput(.value(.positional))))
        userNames.append(name)
      }
    }
    let result = graph.outputNode?.arg(0) ?? .tuple([])
    let outputs = result.elements ?? [result]
    // Graphs of programs return a tuple, whatever the program gives the user.
    if result.elements == nil { graph.setOutput(.tuple(outputs)) }
    self.init(
      module: graph.owner ?? GraphModule(graph),
      signature: GraphSignature(
        inputs: inputs, outputs: outputs.map { OutputSpec(.userOutput(SpecArgument($0))) }))
    moduleCallGraph = [
      .root(
        inputNames: userNames,
        result: result.elements.map { .tuple(of: $0.map { _ in .leaf }) } ?? .leaf)
    ]
  }
}

extension ModuleCallEntry {
  /// Returns the entry of a model that is called with positional arguments.
  public static func root(inputNames: [String], result: TreeSpec) -> ModuleCallEntry {
    let arguments = TreeSpec.tuple(of: inputNames.map { _ in .leaf })
    return ModuleCallEntry(
      fqn: "",
      signature: ModuleCallSignature(
        inSpec: TreeSpec.tuple(of: [arguments, .emptyDictionary]).text, outSpec: result.text,
        forwardArgNames: inputNames))
  }
}

extension SpecArgument {
  /// Makes the entry's argument of what a graph returns.
  fileprivate init(_ argument: Argument) {
    switch argument {
    case .none: self = .constant(.none)
    case .int(let value): self = .constant(.int(value))
    case .float(let value): self = .constant(.float(value))
    case .string(let text): self = .constant(.string(text))
    case .bool(let value): self = .constant(.bool(value))
    default: self = .value(.positional)
    }
  }
}
