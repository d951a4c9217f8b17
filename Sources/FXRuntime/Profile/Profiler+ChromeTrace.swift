import FXCore
import FXExport

extension Profiler {
  /// Writes the events in the Chrome trace format, which chrome://tracing and Perfetto show.
  ///
  /// Times are in microseconds.
  public func writeChromeTrace(to sink: inout ByteSink) {
    sink.write("{\"displayTimeUnit\": \"ms\", \"traceEvents\": [")
    for (index, event) in events.enumerated() {
      sink.write(index == 0 ? "\n" : ",\n")
      sink.write("{\"ph\": \"X\", \"pid\": 0, \"tid\": 0, \"name\": ")
      sink.writeJSON(event.target)
      sink.write(", \"cat\": \"operator\", \"ts\": ")
      sink.writeJSON(Double(event.start) / 1000)
      sink.write(", \"dur\": ")
      sink.writeJSON(Double(event.duration) / 1000)
      sink.write(", \"args\": {\"node\": ")
      sink.writeJSON(event.node)
      sink.write(", \"module\": ")
      sink.writeJSON(event.modules.last ?? "")
      sink.write(", \"peak_bytes\": ")
      sink.write(event.peakBytes)
      sink.write(", \"kept_bytes\": ")
      sink.write(event.keptBytes)
      sink.write("}}")
    }
    sink.write("\n]}\n")
  }
}
