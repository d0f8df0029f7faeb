using Godwit.Worker.Api;
using Godwit.Worker.Api.Requests;

namespace Godwit.Worker.Tests.Api;

public sealed class EpochGuardTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_request_is_remembered_for_its_time_after_the_last_call()
    {
        var guard = new EpochGuard(_time);
        guard.Admit(ApiHost.Ticket("r", 5));
        _time.Advance(EpochGuard.Memory);
        guard.Admit(ApiHost.Ticket("r", 5));
        _time.Advance(EpochGuard.Memory);
        ApiException refused = Assert.Throws<ApiException>(() => guard.Admit(ApiHost.Ticket("r", 4)));
        Assert.Equal(409, refused.Error.Status);

        _time.Advance(TimeSpan.FromSeconds(1));
        guard.Admit(ApiHost.Ticket("r", 1));
        Assert.Equal(1, guard.Count);
    }

    [Fact]
    public void Memory_is_bounded_and_the_oldest_goes_first()
    {
        var guard = new EpochGuard(_time);
        for (int i = 0; i < EpochGuard.Capacity + 10; i++)
        {
            _time.Advance(TimeSpan.FromTicks(1));
            guard.Admit(ApiHost.Ticket($"r{i}", 2));
        }

        Assert.Equal(EpochGuard.Capacity, guard.Count);
        guard.Admit(ApiHost.Ticket("r0", 1));
        Assert.Throws<ApiException>(() => guard.Admit(ApiHost.Ticket($"r{EpochGuard.Capacity}", 1)));
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
