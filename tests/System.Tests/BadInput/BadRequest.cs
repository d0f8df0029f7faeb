using System.Text;

namespace Godwit.System.Tests.BadInput;

/// <summary>A request that must be answered in one way, and hurt nobody.</summary>
/// <param name="Name">Its number in the catalogue of bad inputs, and what it is.</param>
/// <param name="Bytes">All of it, head and body.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Code of the error, null when the body need not be an error of ours (the server refuses it before we see it, or it is 200).</param>
/// <param name="Param">The field that the error names; null when that is not looked at.</param>
internal sealed record BadRequest(string Name, byte[] Bytes, int Status, string? Code = null, string? Param = null)
{
    public const string Model = "stories260k";

    public static BadRequest Chat(string name, string fields, int status, string? code = null, string? param = null) =>
        Post(name, "/v1/chat/completions", $$"""{"model":"{{Model}}","max_tokens":4,{{fields}}}""", status, code, param);

    /// <summary>A chat whose messages are in order, with further fields.</summary>
    public static BadRequest Field(string name, string fields, int status, string? code = null, string? param = null) => Post(
        name,
        "/v1/chat/completions",
        $$"""{"model":"{{Model}}","messages":[{"role":"user","content":"Hi"}],{{fields}}}""",
        status,
        code,
        param);

    public static BadRequest Text(string name, string fields, int status, string? code = null, string? param = null) =>
        Post(name, "/v1/completions", $$"""{"model":"{{Model}}",{{fields}}}""", status, code, param);

    public static BadRequest Post(string name, string path, string body, int status, string? code = null, string? param = null) =>
        Body(name, path, Encoding.UTF8.GetBytes(body), status, code, param);

    public static BadRequest Body(string name, string path, byte[] body, int status, string? code, string? param = null) =>
        new(name, RawConnection.Request("POST", path, body), status, code, param);

    /// <summary>A head by hand, and a body.</summary>
    public static BadRequest Head(string name, string head, int status, string? code = null, string body = "") =>
        new(name, Encoding.Latin1.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n" + body), status, code);

    public override string ToString() => Name;
}
