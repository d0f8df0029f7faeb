namespace Godwit.Scheduler.Dispatch;

/// <summary>A pure choice of an instance for a request. It does not depend on the order of the instances.</summary>
internal interface IDispatchPolicy
{
    /// <summary>Its name, as in <c>PUT /policy</c> and <c>godwit simulate --policy</c>.</summary>
    string Name { get; }

    /// <summary>Chooses.</summary>
    DispatchPlan Choose(DispatchInputs inputs);
}
