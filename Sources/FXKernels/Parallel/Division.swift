import Glibc

/// How the work of kernels that one thread calls is divided, other than the process has it.
///
/// Tests divide small tensors among many threads, without a change for other tests.
package struct Division {
  /// For how many threads work is divided.
  var threadCount: Int
  /// The number of elements below which simple work on each is not divided.
  var grain: Int

  /// The usual number of elements that are worth a thread.
  static let standardGrain = 32_768

  /// Describes a division of work.
  package init(threadCount: Int, grain: Int = 1) {
    self.threadCount = threadCount
    self.grain = grain
  }

  private static let key = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// The division for the calling thread; nil for that of the process.
  static var current: Division? {
    pthread_getspecific(key)?.assumingMemoryBound(to: Division.self).pointee
  }

  /// Divides the work of all kernels that `body` calls so.
  package func callAsFunction<Output>(_ body: () throws -> Output) rethrows -> Output {
    try withUnsafePointer(to: self) { division in
      let outer = pthread_getspecific(Self.key)
      pthread_setspecific(Self.key, division)
      defer { pthread_setspecific(Self.key, outer) }
      return try body()
    }
  }
}
