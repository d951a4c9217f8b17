import FXTensor

/// Makes one number of many: what a reduction keeps of them on the way, and what comes out.
///
/// Elements come in any order and in several parts, whose states are merged.
protocol Reducer: Sendable {
  associatedtype Input: TensorElement
  associatedtype State: BitwiseCopyable & Sendable
  /// What comes out: an element where the result is a tensor.
  associatedtype Output: BitwiseCopyable

  /// The state before the first element.
  var initial: State { get }
  /// Adds an element.
  func add(_ value: Input, to state: inout State)
  /// Adds the elements of another state.
  func merge(_ other: State, into state: inout State)
  /// Returns the result.
  func result(_ state: State) -> Output
  /// Adds elements that follow one another in memory.
  func add(_ run: UnsafePointer<Input>, _ count: Int, to state: inout State)
}

extension Reducer {
  @inline(__always)
  func add(_ run: UnsafePointer<Input>, _ count: Int, to state: inout State) {
    var partial = state
    for index in 0..<count { add(run[index], to: &partial) }
    state = partial
  }
}

extension Reducer where Output: TensorElement {
  /// Reduces dimensions of a tensor of the reducer's input dtype; without any, all of them.
  ///
  /// - Throws: `tensor.index`, `tensor.dtype` or `tensor.memory`.
  func reduce(_ tensor: Tensor, _ axes: [Int]?, keepsAxes: Bool = false) throws -> Tensor {
    let shape = try ReducedShape(tensor, axes, keepsAxes: keepsAxes)
    let result = try Tensor.empty(shape.sizes, Output.scalarType, device: tensor.device)
    let run = ReductionRun(
      reducer: self, shape: shape, source: try tensor.pointer(Input.self),
      target: try result.mutablePointer(Output.self))
    withExtendedLifetime((tensor, result)) { run.run() }
    return result
  }
}

extension Reducer {
  /// Reduces dimensions of a tensor; the results are in row-major order.
  ///
  /// - Throws: `tensor.index` or `tensor.dtype`.
  func results(of tensor: Tensor, _ axes: [Int]?) throws -> [Output] {
    let shape = try ReducedShape(tensor, axes, keepsAxes: false)
    let source = try tensor.pointer(Input.self)
    return withExtendedLifetime(tensor) {
      [Output](unsafeUninitializedCapacity: shape.keptCount) { buffer, count in
        count = shape.keptCount
        guard let target = buffer.baseAddress else { return }
        ReductionRun(reducer: self, shape: shape, source: source, target: target).run()
      }
    }
  }
}

/// One reduction under way.
private struct ReductionRun<R: Reducer> {
  let reducer: R
  let shape: ReducedShape
  let source: UnsafePointer<R.Input>
  let target: UnsafeMutablePointer<R.Output>

  /// The states that are worked on together: they stay in the nearest cache.
  private static var blockLength: Int { 512 }

  func run() {
    let work = shape.keptCount * max(shape.reducedCount, 1)
    if shape.keptCount < Parallel.threadCount,
      Parallel.parts(of: work) > 1, shape.reducedCount > Parallel.grain
    {
      return runInParts(Parallel.parts(of: work))
    }
    let grain = max(Parallel.grain / max(shape.reducedCount, 1), 1)
    Parallel.ranges(of: shape.keptCount, grain: grain) { range in
      var start = range.lowerBound
      while start < range.upperBound {
        let end = min(start + Self.blockLength, range.upperBound)
        withStates(end - start) { states in
          accumulate(start..<end, 0..<shape.reducedCount, states)
          store(states, start..<end)
        }
        start = end
      }
    }
  }

  /// Divides the elements that make up one of the result, where the result has only a few.
  private func runInParts(_ parts: Int) {
    let keptCount = shape.keptCount
    withStates(parts * keptCount) { states in
      Parallel.forEach(parts) { part in
        let range = Parallel.range(part, of: parts, in: shape.reducedCount)
        accumulate(0..<keptCount, range, states + part * keptCount)
      }
      for part in 1..<parts {
        for index in 0..<keptCount {
          reducer.merge(states[part * keptCount + index], into: &states[index])
        }
      }
      store(states, 0..<keptCount)
    }
  }

  private func withStates(_ count: Int, _ body: (UnsafeMutablePointer<R.State>) -> Void) {
    withUnsafeTemporaryAllocation(of: R.State.self, capacity: count) { buffer in
      guard let states = buffer.baseAddress else { return }
      states.initialize(repeating: reducer.initial, count: count)
      body(states)
    }
  }

  /// Adds a range of elements to the states of a range of results; both are counted in the order
  /// of memory.
  private func accumulate(
    _ kept: Range<Int>, _ reduced: Range<Int>, _ states: UnsafeMutablePointer<R.State>
  ) {
    if reduced.isEmpty { return }
    if let outer = shape.kept.first, outer.stride < shape.reduced.first?.stride ?? 0 {
      accumulateColumns(kept, reduced, states)
    } else {
      accumulateRows(kept, reduced, states)
    }
  }

  /// Completes one result after the other: reduced elements are nearest to one another.
  private func accumulateRows(
    _ kept: Range<Int>, _ reduced: Range<Int>, _ states: UnsafeMutablePointer<R.State>
  ) {
    var outer = StridedWalk(shape.kept, at: kept.lowerBound)
    let first = StridedWalk(shape.reduced, at: reduced.lowerBound)
    let stride = first.runStride
    for index in 0..<kept.count {
      var state = states[index]
      var inner = first
      var left = reduced.count
      while left > 0 {
        let count = min(inner.runLength, left)
        let run = source + outer.offset + inner.offset
        if stride == 1 {
          reducer.add(run, count, to: &state)
        } else {
          for step in 0..<count { reducer.add(run[step &* stride], to: &state) }
        }
        inner.advance(by: count)
        left -= count
      }
      states[index] = state
      outer.advance(by: 1)
    }
  }

  /// Works on many results at a time: kept elements are nearest to one another.
  private func accumulateColumns(
    _ kept: Range<Int>, _ reduced: Range<Int>, _ states: UnsafeMutablePointer<R.State>
  ) {
    var outer = StridedWalk(shape.kept, at: kept.lowerBound)
    let first = StridedWalk(shape.reduced, at: reduced.lowerBound)
    var start = 0
    while start < kept.count {
      let width = min(outer.runLength, kept.count - start)
      let stride = outer.runStride
      let columns = states + start
      var inner = first
      for _ in 0..<reduced.count {
        let row = source + outer.offset + inner.offset
        if stride == 1 {
          for column in 0..<width { reducer.add(row[column], to: &columns[column]) }
        } else {
          for column in 0..<width { reducer.add(row[column &* stride], to: &columns[column]) }
        }
        inner.advance(by: 1)
      }
      outer.advance(by: width)
      start += width
    }
  }

  private func store(_ states: UnsafeMutablePointer<R.State>, _ kept: Range<Int>) {
    var walk = StridedWalk(shape.kept, at: kept.lowerBound)
    var start = 0
    while start < kept.count {
      let count = min(walk.runLength, kept.count - start)
      let stride = walk.runResultStride
      let place = target + walk.resultOffset
      for index in 0..<count { place[index &* stride] = reducer.result(states[start + index]) }
      walk.advance(by: count)
      start += count
    }
  }
}
