using System.Text;
using Godwit.Gateway.Selection;
using Godwit.Gateway.Selection.Conversations;
using Godwit.Gateway.Selection.Reading;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Godwit.Gateway.Tests.Selection;

public sealed class ConversationMemoryTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_least_recently_answered_goes_first()
    {
        ConversationMemory memory = Memory(capacity: 2);
        memory.Remember(1, new ConversationTurn("a", 1));
        memory.Remember(2, new ConversationTurn("b", 1));
        memory.Remember(1, new ConversationTurn("c", 2));
        memory.Remember(3, new ConversationTurn("d", 1));
        Assert.Null(memory.Find(2));
        Assert.Equal(new ConversationTurn("c", 2), memory.Find(1));
        Assert.Equal(new ConversationTurn("d", 1), memory.Find(3));
        Assert.Equal(2, memory.Count);
    }

    [Fact]
    public void What_is_old_is_forgotten()
    {
        ConversationMemory memory = Memory(capacity: 2);
        memory.Remember(1, new ConversationTurn("a", 1));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(memory.Find(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(memory.Find(1));
        Assert.Equal(0, memory.Count);
    }

    [Fact]
    public void Nothing_is_remembered_where_there_is_no_room()
    {
        ConversationMemory memory = Memory(capacity: 0);
        memory.Remember(1, new ConversationTurn("a", 1));
        Assert.Null(memory.Find(1));
    }

    [Fact]
    public void Turns_of_a_conversation_have_one_key_and_others_have_others()
    {
        const string Opening = """{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}""";
        UInt128? first = Key($$"""{"messages":[{{Opening}}]}""");
        Assert.NotNull(first);
        Assert.Equal(first, Key($$"""{"messages":[{{Opening}},{"role":"assistant","content":"Hello"},{"role":"user","content":"Bye"}]}"""));
        Assert.NotEqual(first, Key($$"""{"messages":[{{Opening}}]}""", tenant: "other"));
        Assert.NotEqual(first, Key("""{"messages":[{"role":"user","content":"Hi"}]}"""));
        Assert.Null(Key("""{"messages":[{"role":"system","content":"Be brief."}]}"""));
        UInt128? named = Key("""{"messages":[{"role":"user","content":"a"}],"godwit":{"conversation":"c"}}""");
        Assert.Equal(named, Key("""{"messages":[{"role":"user","content":"b"}],"godwit":{"conversation":"c"}}"""));
        Assert.NotEqual(named, Key("""{"messages":[{"role":"user","content":"a"}],"godwit":{"conversation":"d"}}"""));
    }

    private static UInt128? Key(string json, string tenant = "")
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        return ConversationKey.Of(body, SelectionBodyReader.Read(body, isChat: true, new SelectionWarnings()).Body!, tenant);
    }

    private ConversationMemory Memory(int capacity) => new(Options.Create(new SelectionOptions { MaxConversations = capacity }), _time);
}
