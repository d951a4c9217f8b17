// RUN: convert --to fx.json
fx 1
module @main {
  %x = placeholder : f32[2]
  %y = call_method relu(%x)
  output (%y,)
}
// ----
{"format": "fx-graph-module", "version": 1,
"module": {"class": "GraphModule", "graph": {"nodes": [
{"op": "placeholder", "name": "x", "target": "x", "val": {"tensor": {"dtype": 7, "sizes": [{"as_int": 2}], "requires_grad": false, "device": {"type": "cpu", "index": null}, "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}, "layout": 7}}},
{"op": "call_method", "name": "y", "target": "relu", "args": [{"node": "x"}]},
{"op": "output", "name": "output", "target": "output", "args": [{"tuple": [{"node": "y"}]}]}
]}}}
