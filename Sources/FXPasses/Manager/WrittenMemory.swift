import FXGraph
import FXOperators
import FXTensor

/// The nodes of a graph to whose memory something may write, found in one walk.
struct WrittenNodes {
  /// By node id.
  private var isWritten: [Bool]

  /// Looks at all nodes.
  ///
  /// - Parameter countingOutputs: whether what the graph returns may be written to afterwards.
  init(_ graph: Graph, _ library: OperatorLibrary, countingOutputs: Bool = false) {
    isWritten = [Bool](repeating: false, count: graph.idLimit)
    // Users come after what they use, so that they are known by then.
    for node in graph.nodes.reversed() {
      let passesOn: Bool
      switch node.kind {
      case .output: passesOn = countingOutputs
      case .placeholder, .getAttr: passesOn = false
      default:
        passesOn =
          !library.effects(of: node).isDisjoint(with: [.mutation, .unknown])
          || (isWritten[Int(node.id.rawValue)] && library.mayAlias(node))
      }
      guard passesOn else { continue }
      node.forEachInput { isWritten[Int($0.id.rawValue)] = true }
    }
  }

  /// Tells whether something may write to a node's memory.
  func contains(_ node: Node) -> Bool {
    let index = Int(node.id.rawValue)
    return isWritten.indices.contains(index) && isWritten[index]
  }
}

/// The places in memory of some tensors, to find others that share one.
struct OccupiedMemory {
  /// Where the tensors of one storage begin and end, each in ascending order.
  private struct Places {
    var starts: [Int] = []
    var ends: [Int] = []
  }

  private var places: [ObjectIdentifier: Places] = [:]

  /// Notes the places of tensors.
  init(_ tensors: some Sequence<Tensor>) {
    for tensor in tensors {
      let range = tensor.occupiedBytes
      if range.isEmpty { continue }
      places[ObjectIdentifier(tensor.storage), default: Places()].starts.append(range.lowerBound)
      places[ObjectIdentifier(tensor.storage)]?.ends.append(range.upperBound)
    }
    for key in places.keys {
      places[key]?.starts.sort()
      places[key]?.ends.sort()
    }
  }

  /// Returns how many of the tensors may share a place with one, itself included if it is of them.
  func count(sharingWith tensor: Tensor) -> Int {
    let range = tensor.occupiedBytes
    guard !range.isEmpty, let places = places[ObjectIdentifier(tensor.storage)] else { return 0 }
    return Self.count(places.starts, below: range.upperBound)
      - Self.count(places.ends, below: range.lowerBound + 1)
  }

  /// Returns how many numbers, in ascending order, are less than a bound.
  private static func count(_ numbers: [Int], below bound: Int) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Tensor {
  /// Whether a place in memory may belong to both tensors.
  func sharesMemory(with other: Tensor) -> Bool {
    storage === other.storage && occupiedBytes.overlaps(other.occupiedBytes)
  }

  /// The bytes of the storage between the first and the last element.
  fileprivate var occupiedBytes: Range<Int> {
    if sizes.contains(0) { return 0..<0 }
    let last = zip(sizes, strides).reduce(storageOffset) { $0 + ($1.0 - 1) * $1.1 }
    return (storageOffset * itemSize)..<((last + 1) * itemSize)
  }
}
