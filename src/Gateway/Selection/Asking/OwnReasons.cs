namespace Godwit.Gateway.Selection.Asking;

/// <summary>Why the Gateway chose a model itself, beside the Router's reasons.</summary>
internal static class OwnReasons
{
    /// <summary>The Router did not answer in time.</summary>
    public const string Timeout = "router_timeout";

    /// <summary>The Router's answer could not be used.</summary>
    public const string RouterFailed = "router_failed";

    /// <summary>The chosen model had no capacity, and this one comes next.</summary>
    public const string NoCapacity = "no_capacity";
}
