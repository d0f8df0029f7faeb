using System.Text;
using Godwit.Gateway.Forwarding;
using Godwit.Gateway.Forwarding.Poison;
using Godwit.Gateway.OpenAI;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Godwit.Gateway.Tests.Forwarding;

public sealed class PoisonQuarantineTests
{
    private const string Path = "/v1/completions";
    private readonly FakeTimeProvider _time = new();
    private readonly PoisonQuarantine _quarantine;

    public PoisonQuarantineTests() => _quarantine = new PoisonQuarantine(Options.Create(new ForwardingOptions()), _time);

    [Theory]
    [InlineData("""{"model":"a","seed":7,"prompt":"b"}""", Path, true)]
    [InlineData("""{"model":"a","seed":-123456,"prompt":"b"}""", Path, true)]
    [InlineData("""{"model":"a","seed":7,"prompt":"c"}""", Path, false)]
    [InlineData("""{"model":"a","seed":7,"prompt":"b"}""", "/v1/chat/completions", false)]
    public void A_request_is_known_by_all_but_its_seed(string body, string path, bool isHeld)
    {
        Assert.False(Holds(body, path));
        Add("""{"model":"a","seed":1,"prompt":"b"}""");
        Assert.Equal(isHeld, Holds(body, path));
    }

    [Fact]
    public void It_is_let_go_after_ten_minutes()
    {
        const string Body = """{"model":"a","prompt":"b"}""";
        Add(Body);
        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.True(Holds(Body));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Holds(Body));
    }

    [Fact]
    public void Of_too_many_the_oldest_is_forgotten()
    {
        for (int i = 0; i <= PoisonQuarantine.Capacity; i++)
        {
            Add($$"""{"model":"a","prompt":"{{i}}"}""");
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.False(Holds("""{"model":"a","prompt":"0"}"""));
        Assert.True(Holds("""{"model":"a","prompt":"1"}"""));
        Assert.True(Holds($$"""{"model":"a","prompt":"{{PoisonQuarantine.Capacity}}"}"""));
    }

    private void Add(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        _quarantine.Add(Path, GenerationCallReader.Read(bytes).Call!, bytes);
    }

    private bool Holds(string body, string path = Path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        return _quarantine.Holds(path, GenerationCallReader.Read(bytes).Call!, bytes);
    }
}
