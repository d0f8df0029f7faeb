namespace Godwit.Contracts.Selection;

/// <summary>Paths of the Router.</summary>
public static class SelectPaths
{
    /// <summary><c>POST</c> <see cref="SelectRequest"/>: chooses an expert.</summary>
    public const string Select = "/select";

    /// <summary><c>GET</c>: the experts, what is known of them, and the router file in force.</summary>
    public const string Library = "/library";
}
