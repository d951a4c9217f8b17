import FXCore
import FXGraph
import FXOperators

/// What the edges of a graph do not tell: memory that results share, writes to it, modes.
struct ExtractionAmbient {
  /// A node that writes to memory.
  struct Write {
    let node: Node
    /// The memory it writes, each stretch by one of the nodes that share it.
    let memory: Set<Int32>
  }

  private(set) var writes: [Write] = []
  private var gradSwitches: [Node] = []
  private var autocasts: [(enter: Node, exit: Node?)] = []
  private let isCallers: [Bool]
  /// The first node that may share memory with each, by id.
  private let memories: [Int32]

  init(_ graph: Graph, _ library: OperatorLibrary, isLifted: (Node) -> Bool) {
    let atoms = RegionAtoms(graph.context)
    var isCallers = [Bool](repeating: false, count: graph.idLimit)
    var links = (0..<Int32(graph.idLimit)).map { $0 }
    for node in graph.nodes {
      let id = Int(node.id.rawValue)
      switch node.kind {
      case .placeholder: isCallers[id] = !isLifted(node)
      case .getAttr, .output: break
      default:
        if atoms.isSetGrad(node) {
          gradSwitches.append(node)
        } else if atoms.isEnter(node) {
          autocasts.append((node, nil))
        } else if atoms.isExit(node), let enter = node.arg(0)?.node,
          let index = autocasts.lastIndex(where: { $0.enter == enter })
        {
          autocasts[index].exit = node
        }
        // A random number is another one each time, so that it is as good as passed in.
        isCallers[id] = library.effects(of: node).contains(.random)
        node.forEachInput { if isCallers[Int($0.id.rawValue)] { isCallers[id] = true } }
        if library.mayAlias(node), !atoms.isSwitch(node) {
          for input in Self.shared(by: node, library) {
            Self.join(&links, input.id.rawValue, node.id.rawValue)
          }
        }
      }
    }
    self.isCallers = isCallers
    for id in links.indices { links[id] = Self.root(&links, Int32(id)) }
    memories = links
    for node in graph.nodes where node.kind != .output && !atoms.isSwitch(node) {
      let effects = library.effects(of: node)
      guard effects.contains(.mutation) || effects.contains(.unknown) else { continue }
      let written = Self.written(by: node, library)
      writes.append(Write(node: node, memory: Set(written.map { memory(of: $0) })))
    }
  }

  /// Tells whether a result depends on what the program is called with, or on chance.
  func dependsOnCaller(_ node: Node) -> Bool { isCallers[Int(node.id.rawValue)] }

  /// Returns the number of the memory that a result may be in.
  func memory(of node: Node) -> Int32 { memories[Int(node.id.rawValue)] }

  /// Returns the switches that are in force at positions, or change there, and those that end them.
  func switches(_ range: ClosedRange<Int32>, _ positions: [Int32]) -> [Node] {
    func position(_ node: Node) -> Int32 { positions[Int(node.id.rawValue)] }
    var result: [Node] = []
    let inside = gradSwitches.filter { range.contains(position($0)) }
    if let before = gradSwitches.last(where: { position($0) < range.lowerBound }) {
      result.append(before)
    }
    result += inside
    if !result.isEmpty, let last = gradSwitches.last, position(last) > range.upperBound {
      result.append(last)
    }
    for region in autocasts {
      guard let exit = region.exit, position(region.enter) < range.upperBound,
        position(exit) > range.lowerBound
      else { continue }
      result += [region.enter, exit]
    }
    return result
  }

  /// Returns the arguments whose memory a node's result may be in.
  private static func shared(by node: Node, _ library: OperatorLibrary) -> [Node] {
    // What writes returns what it has written, unless its schema tells of a view as well.
    guard let schema = library.schema(of: node), schema.isMutable, !schema.isView else {
      return node.inputs
    }
    return written(by: node, library)
  }

  /// Returns the arguments that a node writes to; all, where its schema does not tell.
  private static func written(by node: Node, _ library: OperatorLibrary) -> [Node] {
    guard let schema = library.schema(of: node), schema.isMutable else { return node.inputs }
    var result: [Node] = []
    func add(_ argument: Argument) {
      _ = argument.mapNodes { node in
        result.append(node)
        return .node(node)
      }
    }
    for (parameter, argument) in zip(schema.parameters, node.args) where parameter.isWritten {
      add(argument)
    }
    let writtenNames = Set(schema.parameters.filter(\.isWritten).map(\.name))
    for argument in node.kwargs where writtenNames.contains(argument.name) { add(argument.value) }
    return result
  }

  private static func join(_ links: inout [Int32], _ a: Int32, _ b: Int32) {
    let (x, y) = (root(&links, a), root(&links, b))
    if x != y { links[Int(max(x, y))] = min(x, y) }
  }

  /// Finds the root, and halves the way to it for those who ask later.
  private static func root(_ links: inout [Int32], _ id: Int32) -> Int32 {
    var id = id
    while links[Int(id)] != id {
      links[Int(id)] = links[Int(links[Int(id)])]
      id = links[Int(id)]
    }
    return id
  }
}
