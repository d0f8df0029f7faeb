namespace Godwit.Worker.StructuredOutput;

/// <summary>Compiled constraints by their source; the least recently used go when there are too many bytes of them. In memory only.</summary>
/// <param name="limitBytes">Bytes to hold, roughly. One that is larger by itself is not kept.</param>
internal sealed class CompiledCache(long limitBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, CompiledConstraint Constraint)>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, CompiledConstraint Constraint)> _recent = new();
    private long _bytes;

    /// <summary>Bytes held, roughly.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The compiled constraint, null when it is not there.</summary>
    public CompiledConstraint? Find(string key)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out LinkedListNode<(string Key, CompiledConstraint Constraint)>? found))
            {
                return null;
            }

            _recent.Remove(found);
            _recent.AddFirst(found);
            return found.Value.Constraint;
        }
    }

    /// <summary>Keeps a compiled constraint; gives back the one that is kept, should another caller have been faster.</summary>
    public CompiledConstraint Add(string key, CompiledConstraint constraint)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out LinkedListNode<(string Key, CompiledConstraint Constraint)>? found))
            {
                return found.Value.Constraint;
            }

            _byKey[key] = _recent.AddFirst((key, constraint));
            _bytes += Size(key, constraint);
            while (_bytes > limitBytes && _recent.Last is { } last)
            {
                _recent.RemoveLast();
                _byKey.Remove(last.Value.Key);
                _bytes -= Size(last.Value.Key, last.Value.Constraint);
            }

            return constraint;
        }
    }

    private static long Size(string key, CompiledConstraint constraint) => (2L * key.Length) + constraint.EstimatedBytes;
}
