using Paypro.Channels;

namespace Paypro.UnitTests.Channels;

/// <summary>What every channel keeps to when its rail calls.</summary>
public abstract partial class ChannelCompliance
{
    [Fact]
    public async Task A_repeated_callback_gives_equal_observations()
    {
        var callback = await PaidCallback();
        Assert.Equal(Understood(callback), Understood(callback));
        Assert.Equal(Understood(callback), Understood(callback with { ReceivedAtMs = callback.ReceivedAtMs + 1_000 }));
    }

    [Fact]
    public async Task Header_names_are_read_in_any_case()
    {
        var callback = await PaidCallback();
        var upper = callback.Headers.ToDictionary(h => h.Key.ToUpperInvariant(), h => h.Value);
        Assert.Equal(Understood(callback), Understood(callback with { Headers = upper }));
    }

    [Fact]
    public async Task A_callback_with_any_single_bit_flipped_is_refused()
    {
        var callback = await PaidCallback();
        for (var bit = 0; bit < callback.Body.Length * 8; bit++)
        {
            var body = callback.Body.ToArray();
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsType<CallbackReading.Refused>(Callbacks.ReadCallback(callback with { Body = body }));
        }
    }

    [Fact]
    public async Task A_forged_callback_is_refused()
    {
        var callback = await PaidCallback();
        var unsigned = callback with { Headers = new Dictionary<string, string>() };
        Assert.Equal(401, Refused(Account, unsigned).Answer.Status);
        Assert.Equal(401, Refused(WithSecrets(new byte[32]), callback).Answer.Status);
        Assert.Equal(401, Refused(WithSecrets([]), callback).Answer.Status);
        Refused(Account with { Id = Account.Id + 1 }, callback);
        Refused(Account, callback with { Body = new byte[(64 * 1024) + 1] });
        Refused(Account, callback with { Body = ReadOnlyMemory<byte>.Empty });
        Refused(Account, callback with { ReceivedAtMs = callback.ReceivedAtMs + (long)TimeSpan.FromDays(2).TotalMilliseconds });
    }
}
