namespace Godwit.Worker.Model.Families;

/// <summary>Which layers of a family see only a window of positions.</summary>
internal enum WindowRule
{
    /// <summary>None.</summary>
    None,

    /// <summary>All, if <c>sliding_window</c> is a number.</summary>
    EveryLayer,

    /// <summary>If <c>use_sliding_window</c>: those from <c>max_window_layers</c> on.</summary>
    UpperLayers,

    /// <summary>All but every n-th (<c>sliding_window_pattern</c>).</summary>
    AllButEveryNth,
}
