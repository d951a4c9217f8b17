import FXCore
import FXGraph

/// An operator whose state a transformation changed.
public struct StateChange: Hashable, Sendable {
  /// The names of the nodes that lead to the operator, its own last.
  public var path: [String]
  /// The state before.
  public var before: OperatorState
  /// The state after; nil where the operator is gone.
  public var after: OperatorState?
}

extension ModeAnalysis {
  /// Returns the operators whose state is another in `other`, or that are not there any more.
  ///
  /// Operators are matched by name. What a wrapper calls counts as part of the graph it is called
  /// in, and other subgraphs are matched by the operator that calls them and the position among
  /// its inputs, since passes rename subgraphs and move nodes into wrapped ones.
  public func changes(to other: ModeAnalysis) -> [StateChange] {
    var comparison = StateComparison(before: self, after: other)
    comparison.compare(0, 0, path: [])
    return comparison.changes
  }

  /// Returns every operator with its state, by the names of the subgraphs that lead to it.
  ///
  /// The key is `subgraph/subgraph/operator`, and for an operator that is called under a second
  /// state `subgraph/operator#2`.
  public func operatorStates() -> [(key: String, state: OperatorState)] {
    var result: [(key: String, state: OperatorState)] = []
    var positions: [String: Int] = [:]
    list(0, prefix: "") { key, state in
      var unique = key
      var count = 1
      while let known = positions[unique], result[known].state != state {
        count += 1
        unique = "\(key)#\(count)"
      }
      guard positions[unique] == nil else { return }
      positions[unique] = result.count
      result.append((unique, state))
    }
    return result
  }

  private func list(_ number: Int, prefix: String, _ body: (String, OperatorState) -> Void) {
    let visit = visits[number]
    let atoms = RegionAtoms(visit.module.context)
    var next = 0
    for node in visit.module.graph.nodes {
      if atoms.isOperator(node), !isWrapper(node, atoms) {
        body(prefix + node.name, states[Int(visit.stateOf[Int(node.id.rawValue)])])
      }
      while next < visit.calls.count, visit.calls[next].node == node.id {
        let call = visit.calls[next]
        list(call.visit, prefix: call.isWrapper ? prefix : "\(prefix)\(call.path)/", body)
        next += 1
      }
    }
  }

  func isWrapper(_ node: Node, _ atoms: RegionAtoms) -> Bool {
    node.calls(atoms.wrapSetGrad) || node.calls(atoms.wrapAutocast)
  }
}

/// Walks two analyses side by side.
private struct StateComparison {
  let before: ModeAnalysis
  let after: ModeAnalysis
  var changes: [StateChange] = []
  /// Pairs of visits that have been compared, so that shared subgraphs cost their size once.
  private var compared: Set<[Int]> = []

  init(before: ModeAnalysis, after: ModeAnalysis) {
    self.before = before
    self.after = after
  }

  private struct Entry {
    var name: String
    var state: OperatorState
    /// Visits of the subgraphs that the operator calls, by position.
    var calls: [(position: Int, visit: Int)] = []
  }

  mutating func compare(_ old: Int, _ new: Int, path: [String]) {
    guard compared.insert([old, new]).inserted else { return }
    var operators: [String: Entry] = [:]
    for entry in entries(of: new, in: after) { operators[entry.name] = entry }
    for entry in entries(of: old, in: before) {
      let here = path + [entry.name]
      let match = operators[entry.name]
      if match?.state != entry.state {
        changes.append(StateChange(path: here, before: entry.state, after: match?.state))
      }
      guard let match else { continue }
      for call in entry.calls {
        if let other = match.calls.first(where: { $0.position == call.position }) {
          compare(call.visit, other.visit, path: here)
        } else {
          for inner in entries(of: call.visit, in: before) {
            changes.append(
              StateChange(path: here + [inner.name], before: inner.state, after: nil))
          }
        }
      }
    }
  }

  /// Returns the operators of a visit, with those of wrapped graphs in their places.
  private func entries(of number: Int, in analysis: ModeAnalysis) -> [Entry] {
    var result: [Entry] = []
    collect(number, in: analysis, into: &result)
    return result
  }

  private func collect(_ number: Int, in analysis: ModeAnalysis, into result: inout [Entry]) {
    let visit = analysis.visits[number]
    let atoms = RegionAtoms(visit.module.context)
    var next = 0
    for node in visit.module.graph.nodes {
      var entry: Entry?
      if atoms.isOperator(node), !analysis.isWrapper(node, atoms) {
        let state = analysis.states[Int(visit.stateOf[Int(node.id.rawValue)])]
        entry = Entry(name: node.name, state: state)
      }
      while next < visit.calls.count, visit.calls[next].node == node.id {
        let call = visit.calls[next]
        next += 1
        if call.isWrapper {
          collect(call.visit, in: analysis, into: &result)
        } else {
          entry?.calls.append((call.position, call.visit))
        }
      }
      if let entry { result.append(entry) }
    }
  }
}
