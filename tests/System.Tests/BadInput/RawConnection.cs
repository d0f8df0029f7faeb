using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Godwit.System.Tests.BadInput;

/// <summary>One TCP connection that speaks HTTP/1.1 by hand, for requests that no client library would send.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly byte[] _one = new byte[1];
    private BufferedStream _stream = null!;

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        RawConnection connection = new();
        await connection._tcp.ConnectAsync(address.Host, address.Port);
        connection._tcp.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        connection._stream = new BufferedStream(connection._tcp.GetStream());
        return connection;
    }

    /// <summary>A whole request: the usual headers, then the given ones, then the body with its length.</summary>
    public static byte[] Request(string method, string path, byte[] body, params string[] headers)
    {
        string[] typed = headers.Any(h => h.StartsWith("Content-Type", StringComparison.OrdinalIgnoreCase))
            ? headers
            : ["Content-Type: application/json", .. headers];
        string head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n"
            + string.Concat(typed.Select(h => h + "\r\n")) + "\r\n";
        return [.. Encoding.Latin1.GetBytes(head), .. body];
    }

    /// <summary>Sends bytes; a server that has closed already is no fault of the sender.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _tcp.Client.SendAsync(bytes);
        }
        catch (SocketException)
        {
            // The answer may still be there to read.
        }
    }

    /// <summary>The next response; null when the server closes instead.</summary>
    public async Task<RawResponse?> ReadAsync(bool head = false)
    {
        using CancellationTokenSource deadline = new(s_patience);
        if (await LineAsync(deadline.Token) is not { Length: > 0 } status)
        {
            return null;
        }

        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(deadline.Token) is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        string body = head ? "" : await BodyAsync(headers, deadline.Token);
        return new RawResponse(int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), headers, body);
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<string> BodyAsync(Dictionary<string, string> headers, CancellationToken cancel)
    {
        if (headers.TryGetValue("Content-Length", out string? length))
        {
            byte[] body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await _stream.ReadExactlyAsync(body, cancel);
            return Encoding.UTF8.GetString(body);
        }

        List<byte> chunks = [];
        while (headers.ContainsKey("Transfer-Encoding"))
        {
            byte[] chunk = new byte[int.Parse((await LineAsync(cancel))!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
            await _stream.ReadExactlyAsync(chunk, cancel);
            await LineAsync(cancel);
            chunks.AddRange(chunk);
            if (chunk.Length == 0)
            {
                break;
            }
        }

        return Encoding.UTF8.GetString([.. chunks]);
    }

    // Null at the end of the stream, in whichever way it ends.
    private async Task<string?> LineAsync(CancellationToken cancel)
    {
        StringBuilder line = new();
        try
        {
            while (await _stream.ReadAsync(_one, cancel) == 1)
            {
                if (_one[0] == '\n')
                {
                    return line.ToString().TrimEnd('\r');
                }

                line.Append((char)_one[0]);
            }
        }
        catch (IOException)
        {
            // Reset by the server.
        }

        return null;
    }
}

/// <summary>A response as it came.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
