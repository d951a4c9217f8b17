import FXCore
import FXGraph

/// Compares two graphs node by node, and lays out where they differ.
struct GraphComparison {
  let matcher: NodeMatcher
  let ignored: Set<DifferencePart>
  private let cells: CellComparison
  private var entries: [Entry] = []
  private(set) var changes: [NodeChange] = []

  /// How many nodes a hunk shows around those that differ.
  static let contextCount = 3

  /// One step through both graphs; a number above 0 is the change that belongs to it, from 1.
  private struct Entry {
    var idA: Int32 = -1
    var idB: Int32 = -1
    var change: Int32 = 0
    /// Whether the nodes' own lines differ, and not only what stands below them.
    var hasOtherLine = true
  }

  init(_ matcher: NodeMatcher, ignoring ignored: Set<DifferencePart>) {
    self.matcher = matcher
    self.ignored = ignored
    cells = CellComparison(pair: matcher.pair, a: matcher.a, b: matcher.b)
    walk()
  }

  /// Returns what differs; nil for nothing.
  func difference(path: String) -> GraphDifference? {
    if changes.isEmpty { return nil }
    return GraphDifference(path: path, changes: changes, hunks: hunks())
  }

  // MARK: Nodes

  private mutating func walk() {
    let isInOrder = nodesInOrder()
    let (orderA, orderB) = (matcher.orderA, matcher.orderB)
    var (i, j) = (0, 0)
    while i < orderA.count || j < orderB.count {
      if i < orderA.count {
        let partner = matcher.partners.ofA[Int(orderA[i])]
        if partner < 0 || !isInOrder[Int(partner)] {
          addRemoved(orderA[i], partner)
          i += 1
          continue
        }
      }
      guard j < orderB.count else { break }
      let partner = matcher.partners.ofB[Int(orderB[j])]
      if partner < 0 {
        addAdded(orderB[j])
      } else if isInOrder[Int(orderB[j])] {
        addPair(partner, orderB[j], hasMoved: false)
        i += 1
      } else {
        addPair(partner, orderB[j], hasMoved: true)
      }
      j += 1
    }
  }

  /// Tells of each node of the second graph, by id, whether it is matched and has not moved.
  private func nodesInOrder() -> [Bool] {
    let positions = matcher.a.positions()
    let matched = matcher.orderB.filter { matcher.partners.ofB[Int($0)] >= 0 }
    let places = matched.map { positions[Int(matcher.partners.ofB[Int($0)])] }
    var result = [Bool](repeating: false, count: matcher.b.idLimit)
    for index in SequenceAlignment.longestRising(places) { result[Int(matched[index])] = true }
    return result
  }

  private mutating func addRemoved(_ idA: Int32, _ partner: Int32) {
    var entry = Entry(idA: idA)
    if partner < 0 {
      let node = Node(matcher.a, NodeID(rawValue: idA))
      changes.append(NodeChange(nameA: node.name, textA: text(node)))
      entry.change = Int32(changes.count)
    } else {
      // The change of a moved node is listed where it has gone; here stands the line only.
      if ignored.contains(.order) { return }
      entry.change = .max
    }
    entries.append(entry)
  }

  private mutating func addAdded(_ idB: Int32) {
    let node = Node(matcher.b, NodeID(rawValue: idB))
    changes.append(NodeChange(nameB: node.name, textB: text(node)))
    entries.append(Entry(idB: idB, change: Int32(changes.count)))
  }

  private mutating func addPair(_ idA: Int32, _ idB: Int32, hasMoved: Bool) {
    let isShownAsMoved = hasMoved && !ignored.contains(.order)
    var (aspects, metadata) = aspects(idA, idB)
    if isShownAsMoved { aspects.insert(.position, at: aspects.first == .name ? 1 : 0) }
    var entry = Entry(idA: isShownAsMoved ? -1 : idA, idB: idB)
    if !aspects.isEmpty {
      let (nodeA, nodeB) = nodes(idA, idB)
      changes.append(
        NodeChange(
          nameA: nodeA.name, nameB: nodeB.name, textA: text(nodeA), textB: text(nodeB),
          aspects: aspects, metadata: metadata))
      entry.change = Int32(changes.count)
      entry.hasOtherLine = aspects != [.metadata]
    }
    entries.append(entry)
  }

  private func nodes(_ idA: Int32, _ idB: Int32) -> (Node, Node) {
    (Node(matcher.a, NodeID(rawValue: idA)), Node(matcher.b, NodeID(rawValue: idB)))
  }

  /// Returns in what two matched nodes differ, in the order of the aspects.
  private func aspects(
    _ idA: Int32, _ idB: Int32
  ) -> (aspects: [NodeChange.Aspect], metadata: [NodeChange.Text]) {
    let (x, y) = (matcher.recordA(idA), matcher.recordB(idB))
    let pair = matcher.pair
    var result: [NodeChange.Aspect] = []
    let isNamed = !ignored.contains(.names)
    if isNamed, !pair.isSame(x.name, y.name) { result.append(.name) }
    if !pair.isSame(x.target, y.target) {
      // A placeholder's target is as a rule its name.
      let isName = x.kind == .placeholder && x.target == x.name && y.target == y.name
      if !isName, isNamed || x.kind != .placeholder { result.append(.target) }
    }
    let isSameNode = { (a: Int32, b: Int32) in matcher.partners.ofB[Int(b)] == a }
    if !cells.isSame(x.args, y.args, isSameNode) || !cells.isSame(x.kwargs, y.kwargs, isSameNode) {
      result.append(.arguments)
    }
    if !ignored.contains(.types), !pair.isSame(x.type, y.type) { result.append(.type) }
    if !ignored.contains(.values), !pair.isSame(x.value, y.value) { result.append(.value) }
    if ignored.contains(.metadata) { return (result, []) }
    var texts = pair.differences(x.metadata, y.metadata)
    let (nodeA, nodeB) = nodes(idA, idB)
    texts += FactList.texts(
      matcher.a.unknownNodeFields[nodeA.id], matcher.b.unknownNodeFields[nodeB.id])
    if !texts.isEmpty { result.append(.metadata) }
    return (result, texts)
  }

  private func text(_ node: Node) -> String {
    node.text(
      TextOptions(includesMetadata: false, includesValues: !ignored.contains(.values)))
  }

  // MARK: Hunks

  private func hunks() -> [GraphDifference.Hunk] {
    var result: [GraphDifference.Hunk] = []
    let shown = shownRanges()
    var (positionA, positionB) = (1, 1)
    var done = 0
    for range in shown {
      for entry in entries[done..<range.lowerBound] {
        if entry.idA >= 0 { positionA += 1 }
        if entry.idB >= 0 { positionB += 1 }
      }
      let countA = entries[range].count { $0.idA >= 0 }
      let countB = entries[range].count { $0.idB >= 0 }
      result.append(
        GraphDifference.Hunk(
          startA: positionA, countA: countA, startB: positionB, countB: countB,
          lines: lines(of: range)))
      positionA += countA
      positionB += countB
      done = range.upperBound
    }
    return result
  }

  /// Returns the stretches of entries that are shown, changes with context.
  private func shownRanges() -> [Range<Int>] {
    var result: [Range<Int>] = []
    for (index, entry) in entries.enumerated() where entry.change > 0 {
      let start = max(0, index - Self.contextCount)
      let end = min(entries.count, index + 1 + Self.contextCount)
      if let last = result.last, start <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<end
      } else {
        result.append(start..<end)
      }
    }
    return result
  }

  /// Returns the lines of a stretch; where several nodes in a row differ, those of the first graph
  /// come before those of the second.
  private func lines(of range: Range<Int>) -> [GraphDifference.Line] {
    var result: [GraphDifference.Line] = []
    var waiting: [GraphDifference.Line] = []
    for entry in entries[range] {
      let isContext = entry.change == 0 || !entry.hasOtherLine
      if isContext {
        result += waiting
        waiting = []
        result.append(GraphDifference.Line(.both, lineA(entry)))
      } else {
        if entry.idA >= 0 { result.append(GraphDifference.Line(.first, lineA(entry))) }
        if entry.idB >= 0 {
          let node = Node(matcher.b, NodeID(rawValue: entry.idB))
          waiting.append(GraphDifference.Line(.second, text(node)))
        }
      }
      guard entry.change > 0, entry.change != .max else { continue }
      for text in changes[Int(entry.change) - 1].metadata {
        let (a, b) = text.differingLines
        result += a.map { Self.line(.first, text.key, $0) }
        let lines = b.map { Self.line(.second, text.key, $0) }
        if isContext { result += lines } else { waiting += lines }
      }
    }
    return result + waiting
  }

  private func lineA(_ entry: Entry) -> String {
    text(Node(matcher.a, NodeID(rawValue: entry.idA)))
  }

  private static func line(
    _ side: GraphDifference.Side, _ key: String, _ text: Substring
  ) -> GraphDifference.Line {
    GraphDifference.Line(side, "    \(key): \(String(text).singleLine())")
  }
}

extension NodeChange.Text {
  /// Returns the lines of both texts without those that they begin and end with alike.
  fileprivate var differingLines: (a: ArraySlice<Substring>, b: ArraySlice<Substring>) {
    func lines(_ text: String?) -> ArraySlice<Substring> {
      text.map { $0.split(separator: "\n", omittingEmptySubsequences: false)[...] } ?? []
    }
    var (x, y) = (lines(a), lines(b))
    while let first = x.first, first == y.first {
      x.removeFirst()
      y.removeFirst()
    }
    while let last = x.last, last == y.last {
      x.removeLast()
      y.removeLast()
    }
    return (x, y)
  }
}
