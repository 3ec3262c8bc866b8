namespace Paypro.ServerTests.Kills;

/// <summary>What may strike an installation at any moment.</summary>
internal enum Blow
{
    /// <summary>SIGKILL to a node, which is started again.</summary>
    KillNode,

    /// <summary>The master key file gets a new key, and one node is stopped in good order and started again with it.</summary>
    RenewMasterKey,

    /// <summary>SIGSTOP to a node for up to three seconds: it keeps its connections and locks and comes back late.</summary>
    PauseNode,

    /// <summary>A node sleeps for longer than any lease lasts, while another does its work.</summary>
    OversleepNode,

    /// <summary>SIGKILL to PostgreSQL's first process, which is started again.</summary>
    KillPostgres,

    /// <summary>SIGKILL to one of PostgreSQL's sessions: the server ends all others and recovers.</summary>
    KillSession,

    /// <summary>PostgreSQL ends all sessions of the nodes, as an operator or a switch-over does.</summary>
    EndSessions,

    /// <summary>The primary is lost for good and its synchronous standby promoted.</summary>
    FailOver,

    /// <summary>The database's disk is full until a merchant misses an answer, and up to three seconds longer.</summary>
    FillDisk,
}
