using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Selection.Conversations;

/// <summary>Remembers who answered which conversation, for a while, and of so many: the least recently answered goes first.</summary>
internal sealed class ConversationMemory(IOptions<SelectionOptions> options, TimeProvider time)
{
    private readonly int _capacity = options.Value.MaxConversations;
    private readonly TimeSpan _life = TimeSpan.FromMinutes(options.Value.ConversationMinutes);
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = [];

    /// <summary>Conversations that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Who answered a conversation last; null: nobody, or too long ago.</summary>
    public ConversationTurn? Find(UInt128 conversation)
    {
        lock (_lock)
        {
            Forget();
            return _entries.TryGetValue(conversation, out LinkedListNode<Entry>? node) ? node.Value.Turn : null;
        }
    }

    /// <summary>A conversation was answered.</summary>
    public void Remember(UInt128 conversation, ConversationTurn turn)
    {
        lock (_lock)
        {
            if (_entries.Remove(conversation, out LinkedListNode<Entry>? old))
            {
                _byAge.Remove(old);
            }

            _entries.Add(conversation, _byAge.AddLast(new Entry(conversation, turn, time.GetTimestamp())));
            Forget();
        }
    }

    private void Forget()
    {
        while (_byAge.First is { } oldest && (_entries.Count > _capacity || time.GetElapsedTime(oldest.Value.At) >= _life))
        {
            _byAge.RemoveFirst();
            _entries.Remove(oldest.Value.Conversation);
        }
    }

    private readonly record struct Entry(UInt128 Conversation, ConversationTurn Turn, long At);
}
