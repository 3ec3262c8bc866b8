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
        var session = Callbacks;
        for (var bit = 0; bit < callback.Body.Length * 8; bit++)
        {
            var body = callback.Body.ToArray();
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertNoProof(session, callback with { Body = body });
        }
    }

    [Fact]
    public async Task Half_a_callback_is_refused()
    {
        var callback = await PaidCallback();
        var session = Callbacks;
        Assert.All(Enumerable.Range(0, callback.Body.Length), length => Assert.IsType<CallbackReading.Refused>(session.ReadCallback(callback with { Body = callback.Body[..length] })));
    }

    [Fact]
    public void An_authentic_callback_that_says_nothing_usable_is_refused() =>
        Assert.All(AuthenticNonsense(), callback => Assert.Equal(400, Refused(Account, callback).Answer.Status));

    /// <summary>The secret is replaced: while both count, what either has signed is authentic.</summary>
    [Fact]
    public async Task Two_versions_of_a_secret_verify()
    {
        if (Rotated is { } rotated)
        {
            var callback = await PaidCallback();
            var reading = ((ICallbacks)Open(rotated)).ReadCallback(callback);
            Assert.IsNotType<CallbackReading.Refused>(reading);
            Assert.True(rotated.Secrets.Names.All(name => rotated.Secrets.Valid(name, callback.ReceivedAtMs).Count() <= 2));
        }
    }

    /// <summary>The account's configuration changed between the send and its callback.</summary>
    [Fact]
    public async Task A_session_that_is_opened_anew_knows_what_the_former_did()
    {
        var draft = Payout(PayoutKind) with { Reference = Payouts.MakePayoutReference(Payout(PayoutKind), Bytes(11)) };
        using (var former = Open(Account))
        {
            Assert.IsType<SendOutcome.Accepted>(await ((IPayouts)former).SendPayoutAsync(draft, Stop));
            former.Dispose();
        }

        using var now = Open(Account);
        Assert.Equal(Account, now.Account);
        Assert.Equal(ObservationKind.Pending, Assert.Single(await ((IQueries)now).QueryAsync(Target(draft), Stop)).Kind);
        var told = Understood(await CallbackOfPaidPayout(draft.Reference));
        Assert.Equal(told, Assert.Single(await AskedAsync(now, Target(draft))));
    }

    [Fact]
    public async Task A_forged_callback_is_refused()
    {
        var callback = await PaidCallback();
        Refused(Account with { Id = Account.Id + 1 }, callback);
        Refused(Account, callback with { Body = new byte[(64 * 1024) + 1] });
        Refused(Account, callback with { Body = ReadOnlyMemory<byte>.Empty });
        if (CallbacksAreSigned)
        {
            var unsigned = callback with { Headers = new Dictionary<string, string>() };
            Assert.Equal(401, Refused(Account, unsigned).Answer.Status);
            Assert.Equal(401, Refused(WithSecrets(new byte[32]), callback).Answer.Status);
            Assert.Equal(401, Refused(WithSecrets([]), callback).Answer.Status);
            Refused(Account, callback with { ReceivedAtMs = callback.ReceivedAtMs + (long)TimeSpan.FromDays(2).TotalMilliseconds });
        }
    }

    /// <summary>Callbacks that the rail itself has made, and that no order can be changed by.</summary>
    protected virtual IEnumerable<CallbackRequest> AuthenticNonsense() => [];

    /// <summary>The account with a newer version beside the one that verifies now; null where there is nothing to verify with.</summary>
    protected virtual ChannelAccount? Rotated => null;

    private void AssertNoProof(ICallbacks session, CallbackRequest callback)
    {
        var reading = session.ReadCallback(callback);
        if (!CallbacksProveContent)
        {
            // Whoever knows the secret may say anything: that it is read without a fault is all.
            Assert.NotNull(reading);
        }
        else if (CallbacksAreSigned)
        {
            Assert.IsType<CallbackReading.Refused>(reading);
        }
        else
        {
            Assert.IsNotType<CallbackReading.Statements>(reading);
        }
    }
}
