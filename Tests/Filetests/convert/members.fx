// RUN: convert
fx 1
module @main {
  %w = get_attr a.b.weight : f32[2]
  %m = call_module a.b(%w)
  output (%m,)
  leaf @a my.Outer {
    leaf @b my.Inner {
      parameter @weight : f32[2]{requires_grad}
      tensor @buffer : i64[]
      object @note "text"
    }
  }
}
// ----
fx 1

module @main {
  %w = get_attr a.b.weight : f32[2]
  %m = call_module a.b(%w)
  output (%m,)
  leaf @a my.Outer {
    leaf @b my.Inner {
      parameter @weight : f32[2]{requires_grad}
      tensor @buffer : i64[]
      object @note "text"
    }
  }
}
