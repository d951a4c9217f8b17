import FXExport
import FXCore
import Glibc

for path in CommandLine.arguments.dropFirst() {
  let fd = open(path, O_RDONLY)
  var info = stat()
  fstat(fd, &info)
  let map = mmap(nil, Int(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0)!
  let bytes = UnsafeRawBufferPointer(start: map, count: Int(info.st_size))
  do {
    let clock = ContinuousClock()
    let t0 = clock.now
    let program = try ExportedProgram(json: bytes)
    let t1 = clock.now
    let out = try program.json()
    let t2 = clock.now
    let errors = program.module.graph.lint()
    let same = out.elementsEqual(bytes)
    if !same || !errors.isEmpty || getenv("V") != nil { print(path, same, errors.first.map(\.description) ?? "", t1 - t0, t2 - t1) }
    if !same { let at = zip(out, bytes).enumerated().first { $1.0 != $1.1 }?.offset ?? min(out.count, bytes.count)
      print("  at", at, String(decoding: out[max(0,at-80)..<min(out.count,at+120)], as: UTF8.self), "\n  WANT ", String(decoding: bytes[max(0,at-80)..<min(bytes.count,at+120)], as: UTF8.self)) }
  } catch { print(path, error) }
}
