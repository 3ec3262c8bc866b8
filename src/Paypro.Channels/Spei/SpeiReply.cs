namespace Paypro.Channels.Spei;

/// <summary>What came of a call.</summary>
internal abstract record SpeiReply
{
    private SpeiReply() { }

    /// <summary>For the operator.</summary>
    public abstract string Why { get; }

    /// <summary>Certainly nothing was sent.</summary>
    public sealed record NeverSent(string Reason) : SpeiReply
    {
        public override string Why => Reason;
    }

    /// <summary>It may have arrived, and nothing that can be read came back.</summary>
    public sealed record Silence(string Reason) : SpeiReply
    {
        public override string Why => Reason;
    }

    /// <summary>A server answered; whether in the rail's own form is to be seen.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Body">Null where it is no object.</param>
    public sealed record Answered(int Status, SpeiBody? Body) : SpeiReply
    {
        public override string Why => $"STP answered {Status}{(Body?.Number("estado") is { } state ? $" with estado {state}" : "")}.";
    }
}
