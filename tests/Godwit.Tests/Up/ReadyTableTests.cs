using System.Net;
using System.Text.Json;
using Godwit.CommandLine.Up;

namespace Godwit.CommandLine.Tests.Up;

public sealed class ReadyTableTests
{
    [Fact]
    public void Render_Rows_AlignsTheColumns()
    {
        string[] lines = ReadyTable.Render([new("gateway", "", "http://127.0.0.1:8080", "7"), new("worker-1", "babyllama", "did not start", "")])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Equal(lines[0].IndexOf("address", StringComparison.Ordinal), lines[1].IndexOf("http", StringComparison.Ordinal));
        Assert.Equal(lines[0].IndexOf("serves", StringComparison.Ordinal), lines[2].IndexOf("babyllama", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
    }

    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:80")]
    [InlineData("0.0.0.0", "http://127.0.0.1:80")]
    [InlineData("::", "http://[::1]:80")]
    [InlineData("192.168.1.7", "http://192.168.1.7:80")]
    public void Reachable_NamesAnAddressThatCanBeCalled(string bind, string expected) =>
        Assert.Equal(expected, ReadyTable.Reachable(IPAddress.Parse(bind), 80));

    [Fact]
    public void CurlLine_Body_IsAStreamedChatOfTheModel()
    {
        string line = ReadyTable.CurlLine("http://127.0.0.1:8080", "babyllama");
        string body = line[(line.IndexOf('{', StringComparison.Ordinal))..line.LastIndexOf('\'')];
        using JsonDocument json = JsonDocument.Parse(body);
        Assert.Equal("babyllama", json.RootElement.GetProperty("model").GetString());
        Assert.True(json.RootElement.GetProperty("stream").GetBoolean());
        Assert.StartsWith("curl -N http://127.0.0.1:8080/v1/chat/completions", line);
    }
}
