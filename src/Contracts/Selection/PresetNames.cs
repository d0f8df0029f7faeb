namespace Godwit.Contracts.Selection;

/// <summary>Sets of weights that have a name; <c>auto:fast</c> as a model is the preset <c>fast</c>.</summary>
public static class PresetNames
{
    /// <summary>
    /// Lowest loss, with a little regard for load; goes on with the expert of a conversation; asks the generalist when unsure.
    /// </summary>
    public const string Auto = "auto";

    /// <summary>Quick and unoccupied experts are preferred.</summary>
    public const string Fast = "fast";

    /// <summary>Small experts are preferred.</summary>
    public const string Small = "small";

    /// <summary>Lowest predicted loss and nothing else.</summary>
    public const string Best = "best";

    /// <summary>All of them, the default first.</summary>
    public static IReadOnlyList<string> All { get; } = [Auto, Fast, Small, Best];
}
