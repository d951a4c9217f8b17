import Glibc

/// Threads of the system's own, which run at the same time whatever the test runner does.
public enum Threads {
  private final class Job: @unchecked Sendable {
    let number: Int
    let body: (Int) -> Void
    init(_ number: Int, _ body: @escaping (Int) -> Void) {
      (self.number, self.body) = (number, body)
    }
  }

  /// The system has no more threads.
  public struct NotStarted: Error {}

  /// Calls `body` with each number below `count`, each on a thread, and waits for all.
  public static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
    var threads: [pthread_t] = []
    for number in 0..<count {
      var thread = pthread_t()
      let job = Unmanaged.passRetained(Job(number, body))
      let status = pthread_create(
        &thread, nil,
        { job in
          if let job {
            let job = Unmanaged<Job>.fromOpaque(job).takeRetainedValue()
            job.body(job.number)
          }
          return nil
        }, job.toOpaque())
      guard status == 0 else {
        job.release()
        throw NotStarted()
      }
      threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
  }
}
