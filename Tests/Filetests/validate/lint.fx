// RUN: validate 2>&1
// A graph module without a signature is only linted, with all of its submodules.
fx 1
module @main {
  %x = placeholder : f32[3]
  %gone = get_attr missing : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%gone) : f32[3]
  output (%sin,)
  module @body {
    %a = get_attr nothing
    output (%a,)
  }
}
// ----
error: (node 'gone'): the module has no 'missing' [graph.missingAttribute]
error: (submodule 'body', node 'a'): the module has no 'nothing' [graph.missingAttribute]
// in.fx: 2 errors
// exit status 1
