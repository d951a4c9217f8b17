import CVectorMath
import FXCore
import Glibc
import Synchronization

/// Threads that wait for the parts of one job at a time.
///
/// They are started at the first job. Waiting threads look for some microseconds before they sleep,
/// since waking one takes longer than many jobs. They end where the number of threads is lowered.
/// Source: `at::parallel_for`, which hands work to OpenMP, whose threads wait so.
final class ThreadPool: @unchecked Sendable {
  static let shared = ThreadPool()

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let hasWork = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let isDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  // All below is read and written under the mutex.
  // The closure lies on the stack of the thread whose job it is, which outlives the job.
  private var body: UnsafePointer<(Int) -> Void>?
  private var partCount = 0
  private var nextPart = 0
  private var finishedCount = 0
  private var limit: Int
  private var helperCount = 0
  private var busyHelpers = 0
  private var sleepers = 0

  /// Counts jobs, for threads that look without the mutex.
  private let jobCount = Atomic<Int>(0)
  /// Whether helpers are still at a job whose caller waits, likewise.
  private let isAwaited = Atomic<Bool>(false)
  /// How often a thread looks before it sleeps: about 20 microseconds.
  private static let looks = 1000

  init() {
    limit = Self.bounded(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(hasWork, nil)
    pthread_cond_init(isDone, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(hasWork)
    pthread_cond_destroy(isDone)
    mutex.deallocate()
    hasWork.deallocate()
    isDone.deallocate()
  }

  private static func bounded(_ count: Int) -> Int { min(max(count, 1), Limits.threads.value) }

  /// How many threads work at the same time: the nearest number that is allowed to the one that is set.
  var threadCount: Int {
    get {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return limit
    }
    set {
      pthread_mutex_lock(mutex)
      limit = Self.bounded(newValue)
      // Threads that are too many now wake and end.
      if sleepers > 0, helperCount >= limit { pthread_cond_broadcast(hasWork) }
      pthread_mutex_unlock(mutex)
    }
  }

  /// Runs a job and returns true when all its parts are done; false, with nothing done, where
  /// there is one thread, or another job is under way.
  func run(_ count: Int, _ work: (Int) -> Void) -> Bool {
    pthread_mutex_lock(mutex)
    guard limit > 1, body == nil else {
      pthread_mutex_unlock(mutex)
      return false
    }
    startHelpers(min(limit, count) - 1)
    withoutActuallyEscaping(work) { work in
      withUnsafePointer(to: work) { address in
        body = address
        partCount = count
        nextPart = 0
        finishedCount = 0
        jobCount.wrappingAdd(1, ordering: .relaxed)
        if sleepers > 0 { pthread_cond_broadcast(hasWork) }
        workOnParts(address)
        while isOpen {
          isAwaited.store(true, ordering: .relaxed)
          pthread_mutex_unlock(mutex)
          Self.look { !isAwaited.load(ordering: .relaxed) }
          pthread_mutex_lock(mutex)
          if isOpen, isAwaited.load(ordering: .relaxed) { pthread_cond_wait(isDone, mutex) }
        }
        body = nil
      }
    }
    pthread_mutex_unlock(mutex)
    return true
  }

  /// Whether helpers are at work, under the mutex.
  private var isOpen: Bool { finishedCount < partCount || busyHelpers > 0 }

  /// Waits for a condition, but not for long.
  private static func look(for isThere: () -> Bool) {
    for _ in 0..<looks {
      if isThere() { return }
      fx_pause()
    }
  }

  /// Takes part after part; the mutex is held before and after, not during a part.
  private func workOnParts(_ work: UnsafePointer<(Int) -> Void>) {
    while nextPart < partCount {
      let part = nextPart
      nextPart += 1
      pthread_mutex_unlock(mutex)
      work.pointee(part)
      pthread_mutex_lock(mutex)
      finishedCount += 1
    }
  }

  private func startHelpers(_ wanted: Int) {
    while helperCount < wanted {
      var thread = pthread_t()
      let pool = Unmanaged.passRetained(self)
      let started = pthread_create(
        &thread, nil,
        { pool in
          if let pool { Unmanaged<ThreadPool>.fromOpaque(pool).takeRetainedValue().help() }
          return nil
        }, pool.toOpaque())
      guard started == 0 else { return pool.release() }
      pthread_detach(thread)
      helperCount += 1
    }
  }

  private func help() {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while helperCount < limit {
      if let work = body, nextPart < partCount, busyHelpers < limit - 1 {
        busyHelpers += 1
        workOnParts(work)
        busyHelpers -= 1
        if finishedCount == partCount, busyHelpers == 0 {
          isAwaited.store(false, ordering: .relaxed)
          pthread_cond_signal(isDone)
        }
        continue
      }
      let seen = jobCount.load(ordering: .relaxed)
      pthread_mutex_unlock(mutex)
      Self.look { jobCount.load(ordering: .relaxed) != seen }
      pthread_mutex_lock(mutex)
      if jobCount.load(ordering: .relaxed) != seen { continue }
      if helperCount >= limit { break }
      sleepers += 1
      pthread_cond_wait(hasWork, mutex)
      sleepers -= 1
    }
    helperCount -= 1
  }
}
