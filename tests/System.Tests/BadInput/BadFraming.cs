using System.Text;

namespace Godwit.System.Tests.BadInput;

/// <summary>Catalogue A and B: what goes wrong before a body is looked at.</summary>
internal static class BadFraming
{
    private const string Good = """{"model":"stories260k","prompt":"Once","max_tokens":2}""";

    public static IEnumerable<BadRequest> All =>
    [
        BadRequest.Head("1 request line over 8 KB", $"GET /{new string('a', 9000)} HTTP/1.1\nHost: localhost", 414),
        BadRequest.Head("2 headers over 32 KB", $"GET /v1/models HTTP/1.1\nHost: localhost\nX-A: {new string('a', 33_000)}", 431),
        BadRequest.Head(
            "3 over 100 headers", "GET /v1/models HTTP/1.1\nHost: localhost" + string.Concat(Enumerable.Range(0, 101).Select(i => $"\nX-{i}: 1")), 431),
        BadRequest.Head("4 no Host", "GET /v1/models HTTP/1.1", 400),
        BadRequest.Head("5 two Hosts", "GET /v1/models HTTP/1.1\nHost: a\nHost: b", 400),
        BadRequest.Head("6 Host with a path", "GET /v1/models HTTP/1.1\nHost: x/v1/", 400),
        BadRequest.Head("7 two Content-Lengths", Completion("Content-Length: 5\nContent-Length: 6"), 400),
        BadRequest.Head("8 Content-Length -1", Completion("Content-Length: -1"), 400),
        BadRequest.Head("9 chunk size -2", Completion("Transfer-Encoding: chunked"), 400, body: "-2\r\n"),
        BadRequest.Head("9 chunk size FFFFFFFFFFFFFFFF", Completion("Transfer-Encoding: chunked"), 400, body: "FFFFFFFFFFFFFFFF\r\n"),
        BadRequest.Head("9 chunk extension with a bare LF", Completion("Transfer-Encoding: chunked"), 400, body: "1;a\n{\r\n0\r\n\r\n"),
        BadRequest.Head("9 chunk extension with a bare CR", Completion("Transfer-Encoding: chunked"), 400, body: "1;a\rb\r\n{\r\n0\r\n\r\n"),
        BadRequest.Head("10 folded header", "GET /v1/models HTTP/1.1\nHost: localhost\nX-A: 1\n 2", 400),
        BadRequest.Head("11 space before the colon", "GET /v1/models HTTP/1.1\nHost: localhost\nX-A : 1", 400),
        BadRequest.Head("12 NUL in a header", "GET /v1/models HTTP/1.1\nHost: localhost\nX-A: \0", 400),
        BadRequest.Head("13 Transfer-Encoding xchunked", Completion("Transfer-Encoding: xchunked"), 400),
        BadRequest.Head("14 Content-Length and chunked", Completion("Content-Length: 4\nTransfer-Encoding: chunked"), 400, body: "0\r\n\r\n"),
        BadRequest.Head("15 gzip, chunked", Completion("Transfer-Encoding: gzip, chunked"), 400, body: "0\r\n\r\n"),
        // Taken, as Kestrel does: harmless, because nothing behind us sees the client's framing.
        BadRequest.Head("16 Content-Length +2", Completion("Content-Length: +2"), 400, "missing_required_parameter", "{}"),
        new("17 line ends of LF alone", Encoding.Latin1.GetBytes(
            $"POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: {Good.Length}\n\n{Good}"), 200),
        BadRequest.Head("18 declared body over the limit", Completion("Content-Length: 9000000"), 413, "request_too_large"),
        BadRequest.Head(
            "19 chunked body over the limit",
            Completion("Transfer-Encoding: chunked"),
            413,
            "request_too_large",
            "8f0000\r\n" + new string(' ', 0x8f0000) + "\r\n0\r\n\r\n"),
        BadRequest.Head("22 HTTP/3.0", "GET /v1/models HTTP/3.0\nHost: localhost", 505),
        new("23 Expect: junk", RawConnection.Request("POST", "/v1/completions", Encoding.UTF8.GetBytes(Good), "Expect: junk"), 200),
        new("24 Content-Encoding: gzip", RawConnection.Request("POST", "/v1/completions", [0x1f, 0x8b, 8, 0], "Content-Encoding: gzip"), 415, "unsupported_media_type"),
        new("26 3 MB in chunks of one byte", [.. Encoding.Latin1.GetBytes((Completion("Transfer-Encoding: chunked") + "\n\n").ReplaceLineEndings("\r\n")), .. TinyChunks()], 400, "context_length_exceeded"),
        new("31 GET on chat", RawConnection.Request("GET", "/v1/chat/completions", []), 405, "method_not_allowed"),
        new("32 TRACE", RawConnection.Request("TRACE", "/v1/chat/completions", []), 405, "method_not_allowed"),
        new("32 FOO", RawConnection.Request("FOO", "/v1/completions", []), 405, "method_not_allowed"),
        new("33 text/plain", RawConnection.Request("POST", "/v1/completions", Encoding.UTF8.GetBytes(Good), "Content-Type: text/plain"), 415, "unsupported_media_type"),
        BadRequest.Head("33 no Content-Type", $"POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Length: {Good.Length}", 415, "unsupported_media_type", Good),
        new("34 charset=utf-16", RawConnection.Request("POST", "/v1/completions", Encoding.Unicode.GetBytes(Good), "Content-Type: application/json; charset=utf-16"), 415),
        Get("36 //admin", "//admin", 404),
        Get("36 %2f", "/v1%2fmodels", 404),
        Get("36 ;a=b", "/v1/models;a=b", 404),
        Get("36 backslash", "/v1\\models", 404),
        Get("37 NUL in the path", "/v1/%00", 400),
        Get("38 another host in the target", "http://elsewhere.example/v1/models", 400),
        Get("39 overlong slash", "/v1%c0%afmodels", 404),
        Get("39 %ff", "/v1/%ff", 404),
        Get("40 model with a path", "/v1/models/..%2f..%2fetc", 404, "model_not_found"),
        Get("41 long model id", "/v1/models/" + new string('a', 7000), 404, "model_not_found"),
    ];

    private static string Completion(string headers) => $"POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n{headers}";

    private static BadRequest Get(string name, string path, int status, string? code = null) =>
        new(name, RawConnection.Request("GET", path, []), status, code);

    private static byte[] TinyChunks()
    {
        byte[] body = Encoding.ASCII.GetBytes($$"""{"model":"stories260k","prompt":"{{new string('a', 3_000_000)}}"}""");
        byte[] chunks = new byte[(body.Length * 6) + 5];
        for (int i = 0; i < body.Length; i++)
        {
            "1\r\n"u8.CopyTo(chunks.AsSpan(i * 6));
            chunks[(i * 6) + 3] = body[i];
            "\r\n"u8.CopyTo(chunks.AsSpan((i * 6) + 4));
        }

        "0\r\n\r\n"u8.CopyTo(chunks.AsSpan(body.Length * 6));
        return chunks;
    }
}
