import FXCore
import FXExport
import FXOperators
import FXTensor
import FXTestSupport
import Synchronization
import Testing

@testable import FXKernels
@testable import FXRuntime

/// Runs from several threads, and runs whose work is divided among many.
@Suite struct ThreadedRunTests {
  private static let cases = Result { try RunCases("runs/programs").cases }

  /// Each thread reads and runs all programs by itself.
  @Test func programsRunOnSeveralThreads() throws {
    let cases = try Self.cases.get()
    let found = Locked<[String]>([])
    try Threads.run(4) { _ in
      for each in cases {
        guard let difference = each.difference() else { continue }
        found.withLock { $0.append("\(each.name): \(difference)") }
      }
    }
    #expect(found.withLock { $0 } == [])
  }

  /// Threads call one runner, whose state they share.
  @Test func threadsShareARunner() throws {
    var sharedCount = 0
    for each in try Self.cases.get() {
      let found = Locked<[String]>([])
      let problem = each.examining { program in
        let runner = try ProgramRunner(
          program, state: each.state(of: program), seed: RunCase.seed)
        // What a second run gives tells whether the program keeps anything for the next.
        func inputs() throws -> [IValue] {
          try runner.inputs.indices.map { .tensor(try each.input($0, runner.inputs[$0].value)) }
        }
        guard try [1, 2].allSatisfy({ _ in try each.difference(of: runner.run(inputs())) == nil })
        else { return nil }
        sharedCount += 1
        nonisolated(unsafe) let arguments = try (0..<4).map { _ in try inputs() }
        try Threads.run(4) { number in
          for _ in 0..<3 {
            do {
              let outputs = try runner.run(arguments[number])
              guard let text = try each.difference(of: outputs) else { continue }
              found.withLock { $0.append(text) }
            } catch {
              found.withLock { $0.append("\(error)") }
            }
          }
        }
        return nil
      }
      #expect(problem == nil, "\(each.name)")
      #expect(found.withLock { $0 } == [], "\(each.name)")
    }
    #expect(sharedCount >= 10)
  }

  /// Runners of several threads read the same weights and the same graph.
  @Test func runnersShareAProgram() throws {
    let found = Locked<[String]>([])
    for each in try Self.cases.get() {
      let problem = each.examining { program in
        // Each has buffers of its own, for some programs change them.
        let states = try (0..<4).map { _ in try each.state(of: program) }
        nonisolated(unsafe) let program = program
        try Threads.run(4) { number in
          do {
            let runner = try ProgramRunner(program, state: states[number], seed: RunCase.seed)
            let inputs = try runner.inputs.indices.map {
              IValue.tensor(try each.input($0, runner.inputs[$0].value))
            }
            guard let text = try each.difference(of: runner.run(inputs)) else { return }
            found.withLock { $0.append("\(each.name): \(text)") }
          } catch {
            found.withLock { $0.append("\(each.name): \(error)") }
          }
        }
        return nil
      }
      #expect(problem == nil, "\(each.name)")
    }
    #expect(found.withLock { $0 } == [])
  }

  /// Factorizations let OpenBLAS use threads, whose number is that of the whole process.
  @Test func largeFactorizationsRunAtTheSameTime() throws {
    let size = 300
    let generator = RandomGenerator(seed: 3)
    let matrix = try Tensor.empty([size, size], .float64)
    try matrix.fillNormal(mean: 0, deviation: 1, generator)
    try matrix.diagonal().fill(40)
    let expected = try LUFactorization(matrix).packed()
    let failures = Atomic<Int>(0)
    try Threads.run(3) { _ in
      for _ in 0..<4 {
        let factors = try? Division(threadCount: 2) { try LUFactorization(matrix).packed() }
        let difference = try? factors.map {
          try TensorDifference($0, expected: expected, .init(relative: 1e-9, absolute: 1e-9))
        }
        if difference?.isClose != true { failures.wrappingAdd(1, ordering: .relaxed) }
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
  }
}
