using System.Net;
using Paypro.Protocol.Countries;
using Paypro.Server.Calls;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Calls;

/// <summary>What the log takes: it is bounded whatever comes, and nobody who has no key can fill it.</summary>
public sealed class CallLogTests
{
    private const long No = 2000000001;

    [Fact]
    public void OneAcceptedCallOfAnOperationIsTakenAMinuteAndInASandboxAll()
    {
        var time = new ManualTime();
        var live = new CallLog(Mode(isSandbox: false), time);
        Assert.Equal(1, Enumerable.Range(0, 100).Count(_ => live.TakesAccepted(No, OperationKind.CreatePayIn)));
        Assert.True(live.TakesAccepted(No, OperationKind.QueryPayIn));
        Assert.True(live.TakesAccepted(No + 1, OperationKind.CreatePayIn));
        time.Pass(TimeSpan.FromMinutes(1));
        Assert.True(live.TakesAccepted(No, OperationKind.CreatePayIn));

        var sandbox = new CallLog(Mode(isSandbox: true), time);
        Assert.Equal(CallLog.PerSecond, Enumerable.Range(0, 1000).Count(_ => sandbox.TakesAccepted(No, OperationKind.CreatePayIn)));
    }

    [Fact]
    public void FaultsOfAMerchantAreTakenFiftyTimesASecond()
    {
        var time = new ManualTime();
        var log = new CallLog(Mode(isSandbox: false), time);
        Assert.Equal(CallLog.PerSecond, Enumerable.Range(0, 1000).Count(_ => log.TakesFault(No)));
        Assert.True(log.TakesFault(No + 1));
        time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(CallLog.PerSecond, Enumerable.Range(0, 1000).Count(_ => log.TakesFault(No)));
    }

    /// <summary>A day of a flood from one address, from many, and for many merchants, stays within the limits; the merchant's own calls are taken meanwhile.</summary>
    [Fact]
    public void AFloodWithoutAKeyIsBounded()
    {
        var time = new ManualTime();
        var log = new CallLog(Mode(isSandbox: false), time);
        var (ofOne, ofMerchant, ofAll) = (0, 0, 0);
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            ofOne += Enumerable.Range(0, 50).Count(_ => log.TakesUnproved(CallerAddress.Of(IPAddress.Loopback), No));
            ofMerchant += Enumerable.Range(1, 50).Count(i => log.TakesUnproved(CallerAddress.Of(new IPAddress(i)), No));
            ofAll += Enumerable.Range(1, 500).Count(i => log.TakesUnproved(CallerAddress.Of(new IPAddress(i)), No + i));
            Assert.True(log.TakesFault(No));
            time.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(ofOne, 1, (24 * CallLog.UnprovedOfAddress) + 60);
        Assert.InRange(ofOne + ofMerchant, ofOne + 1, (24 * CallLog.UnprovedOfMerchant) + 120);
        Assert.InRange(ofOne + ofMerchant + ofAll, ofOne + 1, (24 * CallLog.Unproved) + 300);
    }

    [Fact]
    public void WhatFindsNoRoomIsDroppedAndNothingWaits()
    {
        var log = new CallLog(Mode(isSandbox: false), TimeProvider.System);
        for (var i = 0; i < CallLog.Room + 100; i++)
        {
            log.Add(new CallEntry(i, null!, new CallOutcome("8000", 200, "", CallFault.Refused))
            {
                Operation = null, HasRoute = false, Path = "", Address = "", Headers = new CallHeaders(true, "", ""), Body = [], Proved = false, AtMs = 0, TookMs = 0,
            });
        }

        var kept = new List<long>();
        while (log.TryTake(out var entry))
        {
            kept.Add(entry.Id);
        }

        Assert.Equal(Enumerable.Range(0, CallLog.Room).Select(i => (long)i), kept);
    }

    private static Installation Mode(bool isSandbox) => new(isSandbox, new HashSet<string>());

    private sealed class ManualTime : TimeProvider
    {
        private long ticks = 5_000_000_000;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => ticks;

        public void Pass(TimeSpan time) => ticks += (long)time.TotalMicroseconds;
    }
}
