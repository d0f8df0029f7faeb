using System.Threading.Channels;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Gateway.Forwarding;

/// <summary>
/// A request that this Gateway owns (DESIGN §5.2): its machine under a lock, since the stream's reader, the clock, acknowledgements and
/// the client's leaving all speak to it, and the machine's actions in the order in which it decided them.
/// </summary>
/// <param name="request">Id of the request inside the cluster.</param>
/// <param name="times">Deadlines.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestOwner(string request, OwnerTimes times, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly OwnerMachine _machine = new(times);
    private readonly List<OwnerAction> _decided = [];
    private readonly List<OwnerAction> _held = [];
    private readonly List<(MigrationPeer Instance, int Epoch)> _holders = [];
    private readonly Channel<OwnerAction> _actions =
        Channel.CreateUnbounded<OwnerAction>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Id of the request inside the cluster.</summary>
    public string Request => request;

    /// <summary>What is to be done; the last is an <see cref="OwnerAction.End"/>.</summary>
    public ChannelReader<OwnerAction> Actions => _actions.Reader;

    /// <summary>Some token is known: whoever goes on must go on from there.</summary>
    public bool HasTokens
    {
        get
        {
            lock (_lock)
            {
                return _machine.Log.HasTokens;
            }
        }
    }

    /// <summary>Tokens known, of prompts and outputs: what a replay computes again.</summary>
    public int TotalTokens
    {
        get
        {
            lock (_lock)
            {
                TokenLog log = _machine.Log;
                return Enumerable.Range(0, log.Choices).Sum(choice => log.NextOf(choice) + (log.PromptOf(choice)?.Count ?? 0));
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>Begins; the first thing to call.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _machine.Begin(_decided);
            Publish();
        }
    }

    /// <summary>Tells the machine what happened.</summary>
    public void Happen(OwnerEvent happened)
    {
        lock (_lock)
        {
            _machine.Handle(happened, Now, _decided);
            Publish();
        }
    }

    /// <summary>Tells the machine that time has passed, if it waits for that.</summary>
    public void Tick()
    {
        lock (_lock)
        {
            if (Now >= _machine.NextDeadline)
            {
                _machine.Handle(OwnerEvent.Tick.Instance, Now, _decided);
                Publish();
            }
        }
    }

    /// <summary>Judges a frame. Of an accepted one the payload has to be passed on next, and then <see cref="Passed"/> be called.</summary>
    /// <param name="attempt">The attempt that it came of.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="speaker">Who goes on with the answer from this frame on, when that is another than before.</param>
    public FrameVerdict Judge(int attempt, Frame frame, out MigrationPeer? speaker)
    {
        lock (_lock)
        {
            FrameVerdict verdict = _machine.Judge(attempt, frame, Now, _decided);
            speaker = null;
            foreach (OwnerAction action in _decided)
            {
                speaker = (action as OwnerAction.Switch)?.Instance ?? speaker;
            }

            if (verdict == FrameVerdict.Accept && _machine.Ended is not null)
            {
                _held.AddRange(_decided);
                _decided.Clear();
            }

            Publish();
            return verdict;
        }
    }

    /// <summary>The payload of the frame just accepted has been passed on: an end that came of it may be made.</summary>
    public void Passed()
    {
        lock (_lock)
        {
            _decided.AddRange(_held);
            _held.Clear();
            Publish();
        }
    }

    /// <summary>Adds what is to be acknowledged, and to whom.</summary>
    public void AddAcks(List<(MigrationPeer Instance, RequestAck Ack)> acks)
    {
        lock (_lock)
        {
            _holders.Clear();
            _machine.AddHolders(_holders);
            if (_holders.Count > 0)
            {
                int[] next = _machine.Log.Next();
                acks.AddRange(_holders.Select(holder => (holder.Instance, new RequestAck(request, holder.Epoch, next))));
            }
        }
    }

    /// <summary>A worker has answered an acknowledgement that was sent <paramref name="ago"/>.</summary>
    public void Acknowledged(MigrationPeer instance, int epoch, TimeSpan ago, bool isKnown)
    {
        lock (_lock)
        {
            _machine.Handle(new OwnerEvent.AckAnswered(instance, epoch, Now - ago, isKnown), Now, _decided);
            Publish();
        }
    }

    /// <summary>What a worker has to know to go on with what it holds.</summary>
    public ResumeCall Resume(int epoch)
    {
        lock (_lock)
        {
            return new ResumeCall(request, epoch, _machine.Log.Next());
        }
    }

    /// <summary>What a worker has to know to go on from the start; null when the prompts are not known, so that none can.</summary>
    /// <param name="path">The path that the client called.</param>
    /// <param name="choicesPerPrompt">How many choices share a prompt.</param>
    /// <param name="alone">It shall run with nothing beside it.</param>
    public CallHead? Head(string path, int choicesPerPrompt, bool alone)
    {
        lock (_lock)
        {
            TokenLog log = _machine.Log;
            int prompts = log.Choices % choicesPerPrompt == 0 ? log.Choices / choicesPerPrompt : 0;
            IReadOnlyList<int>?[] said = [.. Enumerable.Range(0, prompts).Select(prompt => log.PromptOf(prompt * choicesPerPrompt))];
            if (prompts > 0 && !said.Contains(null))
            {
                int[][] outputs = [.. Enumerable.Range(0, log.Choices).Select(choice => log.OutputOf(choice).ToArray())];
                return new CallHead(path, said!, outputs, log.Next(), alone);
            }

            return log.HasTokens ? null : new CallHead(path, [], [], [], alone);
        }
    }

    // Under the lock: the order of actions is the order of decisions.
    private void Publish()
    {
        foreach (OwnerAction action in _decided)
        {
            if (action is not OwnerAction.Switch)
            {
                _actions.Writer.TryWrite(action);
            }
        }

        _decided.Clear();
    }
}
