using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Godwit.ServiceDefaults.Listening;

/// <summary>Limits of every listener, so that a slow or hostile peer cannot hold a connection for nothing.</summary>
public static class ConnectionLimits
{
    /// <summary>Sets the limits; bodies longer than <paramref name="maxBodyBytes"/> are refused with 413.</summary>
    public static void SetLimits(this KestrelServerOptions kestrel, long maxBodyBytes)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = maxBodyBytes;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
    }
}
