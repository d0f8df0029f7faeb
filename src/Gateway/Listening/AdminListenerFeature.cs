namespace Godwit.Gateway.Listening;

/// <summary>Marks a connection that came in by the admin listener; ports cannot tell, since either may be any free one.</summary>
internal sealed class AdminListenerFeature
{
    public static AdminListenerFeature Instance { get; } = new();
}
