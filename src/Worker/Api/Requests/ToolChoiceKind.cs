namespace Godwit.Worker.Api.Requests;

/// <summary>The forms of <c>tool_choice</c>.</summary>
internal enum ToolChoiceKind
{
    /// <summary>The model decides.</summary>
    Auto,

    /// <summary>No function may be called.</summary>
    None,

    /// <summary>At least one has to be called.</summary>
    Required,

    /// <summary>This one has to be called.</summary>
    Named,
}
