using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Methods;

/// <summary>The fields and methods of <c>loop</c>.</summary>
internal static class LoopMembers
{
    public static Value? Find(LoopValue loop, string name, RenderBudget budget) => name switch
    {
        "index" => new IntValue(loop.Index + 1),
        "index0" => new IntValue(loop.Index),
        "revindex" => new IntValue(loop.Items.Count - loop.Index),
        "revindex0" => new IntValue(loop.Items.Count - loop.Index - 1),
        "first" => BoolValue.Of(loop.Index == 0),
        "last" => BoolValue.Of(loop.Index == loop.Items.Count - 1),
        "length" => new IntValue(loop.Items.Count),
        "depth" => new IntValue(loop.Depth + 1),
        "depth0" => new IntValue(loop.Depth),
        "previtem" => loop.Index > 0 ? loop.Items[loop.Index - 1] : new UndefinedValue("there is no previous item"),
        "nextitem" => loop.Index + 1 < loop.Items.Count ? loop.Items[loop.Index + 1] : new UndefinedValue("there is no next item"),
        "cycle" => new CallableValue(name, arguments => Cycle(loop, arguments)),
        "changed" => new CallableValue(name, arguments => Changed(loop, arguments, budget)),
        _ => null,
    };

    private static Value Cycle(LoopValue loop, CallArguments arguments) => arguments.Positional.Count > 0
        ? arguments.Positional[loop.Index % arguments.Positional.Count]
        : throw new TemplateFaultException("loop.cycle() needs something to cycle through");

    private static BoolValue Changed(LoopValue loop, CallArguments arguments, RenderBudget budget)
    {
        IReadOnlyList<Value>? before = loop.Remember(arguments.Positional);
        return BoolValue.Of(before is null
            || !Comparer.AreEqual(new TupleValue(before), new TupleValue(arguments.Positional), budget));
    }
}
