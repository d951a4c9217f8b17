import FXCore
import FXGraph

/// Finds which node of one graph is which of another.
///
/// Lines that are the same by name, target and arguments are anchors. What lies between them is
/// aligned by structure: by targets and by arguments that are matched already, so that a renamed
/// node is found again, and an inserted one leaves those behind it alone. Last come nodes that have
/// moved. The time is near linear: only short stretches are compared each with each.
struct NodeMatcher {
  let pair: ContextPair
  let a: Graph
  let b: Graph
  /// The nodes in order.
  let orderA: [Int32]
  let orderB: [Int32]
  let partners: NodePartners
  private let digest: NodeDigest

  /// How many steps back the inputs of an anchor are the same.
  private static let anchorDepth = 2
  /// How many pairs of nodes a stretch may have for all of them to be weighed.
  private static let pairLimit = 4096
  /// How often a stretch is divided at unique nodes before it is cut into pieces.
  private static let depthLimit = 8
  /// How many insertions and removals are gone through at a time in search of the fewest.
  private static let editLimit = 128

  init(_ pair: ContextPair, _ a: Graph, _ b: Graph) {
    self.pair = pair
    self.a = a
    self.b = b
    orderA = a.nodes.map(\.id.rawValue)
    orderB = b.nodes.map(\.id.rawValue)
    partners = NodePartners(a, b)
    digest = NodeDigest(pair: pair, a: a, b: b, partners: partners)
    matchStretches()
    matchMovedByName()
    matchMovedByStructure()
  }

  func recordA(_ id: Int32) -> NodeRecord { a.storage.pointee.nodes[id] }
  func recordB(_ id: Int32) -> NodeRecord { b.storage.pointee.nodes[id] }

  // MARK: Anchors

  private func matchStretches() {
    let anchors = anchors()
    for anchor in anchors { partners.match(orderA[anchor.a], orderB[anchor.b]) }
    var (startA, startB) = (0, 0)
    for anchor in anchors + [(orderA.count, orderB.count)] {
      align(startA..<anchor.a, startB..<anchor.b, depth: 0)
      (startA, startB) = (anchor.a + 1, anchor.b + 1)
    }
  }

  /// Returns the positions of nodes that are the same by name and text, none crossing another.
  ///
  /// Where an insertion has moved names along, some nodes are the same by chance. They are told by
  /// their inputs, which must be the same by name and text as well, and so must be theirs.
  private func anchors() -> [(a: Int, b: Int)] {
    let positions = a.positions()
    var namesakes = [Int32](repeating: -1, count: b.idLimit)
    for idB in orderB {
      guard let idA = namesake(of: idB) else { continue }
      let (x, y) = (recordA(idA), recordB(idB))
      let isSame =
        x.kind == y.kind && pair.isSame(x.target, y.target) && isSameByName(x.args, y.args)
        && isSameByName(x.kwargs, y.kwargs)
      if isSame { namesakes[Int(idB)] = idA }
    }
    for _ in 0..<Self.anchorDepth {
      let before = namesakes
      for idB in orderB where before[Int(idB)] >= 0 {
        Node(b, NodeID(rawValue: idB)).forEachInput { input in
          if before[Int(input.id.rawValue)] < 0 { namesakes[Int(idB)] = -1 }
        }
      }
    }
    let ids = orderB.enumerated().filter { namesakes[Int($0.element)] >= 0 }
    let places = ids.map { positions[Int(namesakes[Int($0.element)])] }
    return SequenceAlignment.longestRising(places).map { (Int(places[$0]), ids[$0].offset) }
  }

  /// Returns the node of the first graph that has a node's name.
  private func namesake(of idB: Int32) -> Int32? {
    let number = pair.number(recordB(idB).name)
    guard number >= 0 else { return nil }
    let id = a.nodeID(named: Atom(rawValue: number))
    return id < 0 ? nil : id
  }

  private func isSameByName(_ rangeA: CellRange, _ rangeB: CellRange) -> Bool {
    CellComparison(pair: pair, a: a, b: b).isSame(rangeA, rangeB) { idA, idB in
      pair.isSame(recordA(idA).name, recordB(idB).name)
    }
  }

  // MARK: Stretches

  private func align(_ rangeA: Range<Int>, _ rangeB: Range<Int>, depth: Int) {
    if rangeA.isEmpty || rangeB.isEmpty { return }
    let size = rangeA.count.multipliedReportingOverflow(by: rangeB.count)
    if !size.overflow, size.partialValue <= Self.pairLimit { return weigh(rangeA, rangeB) }
    if depth == Self.depthLimit { return alignPieces(rangeA, rangeB) }
    let labelsA = rangeA.map { digest.label(ofA: orderA[$0]) }
    let labelsB = rangeB.map { digest.label(ofB: orderB[$0]) }
    var pairs = SequenceAlignment.anchors(labelsA, labelsB)
    if pairs.isEmpty {
      pairs = SequenceAlignment.edits(labelsA, labelsB, limit: Self.editLimit)
    }
    if pairs.isEmpty { return alignPieces(rangeA, rangeB) }
    for pair in pairs {
      partners.match(orderA[rangeA.lowerBound + pair.a], orderB[rangeB.lowerBound + pair.b])
    }
    var (startA, startB) = (rangeA.lowerBound, rangeB.lowerBound)
    for pair in pairs + [(rangeA.count, rangeB.count)] {
      let (endA, endB) = (rangeA.lowerBound + pair.a, rangeB.lowerBound + pair.b)
      align(startA..<endA, startB..<endB, depth: depth + 1)
      (startA, startB) = (endA + 1, endB + 1)
    }
  }

  /// Aligns stretches that have nothing to go by, piece by piece.
  private func alignPieces(_ rangeA: Range<Int>, _ rangeB: Range<Int>) {
    let width = 64
    let count = (max(rangeA.count, rangeB.count) + width - 1) / width
    for piece in 0..<count {
      weigh(Self.piece(piece, of: count, rangeA), Self.piece(piece, of: count, rangeB))
    }
  }

  private static func piece(_ index: Int, of count: Int, _ range: Range<Int>) -> Range<Int> {
    let start = range.lowerBound + range.count * index / count
    return start..<range.lowerBound + range.count * (index + 1) / count
  }

  /// Matches the nodes of two short stretches so that the sum of their likeness is greatest.
  private func weigh(_ rangeA: Range<Int>, _ rangeB: Range<Int>) {
    if rangeA.isEmpty || rangeB.isEmpty { return }
    let sketchesA = rangeA.map { digest.sketch(ofA: orderA[$0]) }
    let sketchesB = rangeB.map { digest.sketch(ofB: orderB[$0]) }
    let width = rangeB.count + 1
    var best = [Int32](repeating: 0, count: (rangeA.count + 1) * width)
    var weights = [Int32](repeating: 0, count: rangeA.count * rangeB.count)
    for i in rangeA.indices.map({ $0 - rangeA.lowerBound }).reversed() {
      for j in rangeB.indices.map({ $0 - rangeB.lowerBound }).reversed() {
        let weight = sketchesA[i].likeness(to: sketchesB[j], pair)
        weights[i * rangeB.count + j] = weight
        let apart = max(best[(i + 1) * width + j], best[i * width + j + 1])
        let together = weight == 0 ? 0 : weight + best[(i + 1) * width + j + 1]
        best[i * width + j] = max(apart, together)
      }
    }
    var (i, j) = (0, 0)
    while i < rangeA.count, j < rangeB.count {
      let weight = weights[i * rangeB.count + j]
      if weight > 0, best[i * width + j] == weight + best[(i + 1) * width + j + 1] {
        partners.match(orderA[rangeA.lowerBound + i], orderB[rangeB.lowerBound + j])
        (i, j) = (i + 1, j + 1)
      } else if best[i * width + j] == best[(i + 1) * width + j] {
        i += 1
      } else {
        j += 1
      }
    }
  }

  // MARK: Moved nodes

  private func matchMovedByName() {
    for idB in orderB where partners.ofB[Int(idB)] < 0 {
      guard let idA = namesake(of: idB), partners.ofA[Int(idA)] < 0,
        recordA(idA).kind == recordB(idB).kind
      else { continue }
      partners.match(idA, idB)
    }
  }

  private func matchMovedByStructure() {
    var places: [UInt64: [Int32]] = [:]
    for idA in orderA.reversed() where partners.ofA[Int(idA)] < 0 {
      guard let label = digest.wholeLabel(ofA: idA) else { continue }
      places[label, default: []].append(idA)
    }
    if places.isEmpty { return }
    for idB in orderB where partners.ofB[Int(idB)] < 0 {
      guard let label = digest.wholeLabel(ofB: idB), let idA = places[label]?.popLast() else {
        continue
      }
      partners.match(idA, idB)
    }
  }
}

/// Which nodes of two graphs are the same.
final class NodePartners {
  /// The counterpart of each node by id; -1 for none.
  private(set) var ofA: [Int32]
  private(set) var ofB: [Int32]

  init(_ a: Graph, _ b: Graph) {
    ofA = [Int32](repeating: -1, count: a.idLimit)
    ofB = [Int32](repeating: -1, count: b.idLimit)
  }

  func match(_ idA: Int32, _ idB: Int32) {
    ofA[Int(idA)] = idB
    ofB[Int(idB)] = idA
  }
}
