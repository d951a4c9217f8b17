import FXCore
import FXGraph

/// The state of decoding one graph; a graph in an argument has a frame of its own.
struct GraphFrame {
  /// A node of several outputs, whose value is put together when all values are known.
  struct Aggregate {
    var node: Int32
    var isList: Bool
    /// The run in `parts` of the getitem nodes of its outputs.
    var parts: Range<Int>
  }

  let module: GraphModule
  var assembler: GraphAssembler
  var aggregates: [Aggregate] = []
  var parts: [Int32] = []
  /// Where the JSON of each submodule's graph stands, to tell whether two are the same.
  var submoduleSpans: [String: UnsafeRawBufferPointer] = [:]
  /// The last number given to a submodule whose name was taken, by that name.
  var submoduleNumbers: [String: Int] = [:]
  /// Placeholders of constants, which are named only in the signature: node by input position.
  var unnamedInputs: [(index: Int, node: NodeID)] = []

  var graph: Graph { module.graph }

  init(context: GraphContext) {
    module = GraphModule(Graph(context: context))
    assembler = GraphAssembler(graph: module.graph)
  }

  @inline(__always) mutating func push(_ cell: Cell) { assembler.push(cell) }

  /// Gives the cell pushed last the tag it was spelled with.
  mutating func setWire(_ tag: ArgumentTag) { assembler.setWire(tag) }

  /// Returns a cell that refers to a node by name.
  @inline(__always)
  func reference(to name: Atom, _ reader: JSONReader, at place: Int) throws(FXError) -> Cell {
    let node = module.graph.nodeID(named: name)
    if node < 0 {
      throw reader.error(
        .undefinedName, "'\(graph.context.strings[name])' is not defined before its use", at: place)
    }
    return Cell(.node, Int64(node))
  }
}
