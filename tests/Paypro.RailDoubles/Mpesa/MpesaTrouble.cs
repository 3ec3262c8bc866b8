using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.Mpesa;

/// <summary>How a call goes wrong.</summary>
/// <param name="Kind">When it does.</param>
internal sealed record MpesaTrouble(MpesaTroubleKind Kind)
{
    public int Status { get; init; } = 200;

    public string Body { get; init; } = "";

    public string ContentType { get; init; } = "application/json";

    /// <summary>Changes what would have been answered.</summary>
    public Action<JsonObject>? Change { get; init; }

    /// <summary>Runs after the call was done and before it is answered.</summary>
    public Func<Task>? Before { get; init; }

    public static MpesaTrouble CutBefore { get; } = new(MpesaTroubleKind.CutBefore);

    public static MpesaTrouble CutAfter { get; } = new(MpesaTroubleKind.CutAfter);

    public static MpesaTrouble HangAfter { get; } = new(MpesaTroubleKind.HangAfter);

    /// <summary>Nothing is done, and this is answered.</summary>
    public static MpesaTrouble Instead(int status, string body, string contentType = "application/json") => new(MpesaTroubleKind.Instead) { Status = status, Body = body, ContentType = contentType };

    /// <summary>Done, and answered so all the same.</summary>
    public static MpesaTrouble After(int status, string body, string contentType = "application/json") => new(MpesaTroubleKind.After) { Status = status, Body = body, ContentType = contentType };

    /// <summary>Done, and the answer changed.</summary>
    public static MpesaTrouble Changed(Action<JsonObject> change) => new(MpesaTroubleKind.Changed) { Change = change };

    /// <summary>An error in the operator's form.</summary>
    public static string Error(string code, string text) => new JsonObject { ["requestId"] = "1c5b-4ba8-815c-ac45c57a3db0", ["errorCode"] = code, ["errorMessage"] = text }.ToJsonString();
}

/// <summary>When a call goes wrong.</summary>
internal enum MpesaTroubleKind
{
    /// <summary>The connection is cut and nothing is done.</summary>
    CutBefore = 1,

    /// <summary>It is done, and the connection is cut.</summary>
    CutAfter = 2,

    /// <summary>It is done, and no answer comes.</summary>
    HangAfter = 3,

    /// <summary>Nothing is done, and something is answered.</summary>
    Instead = 4,

    /// <summary>It is done, and something else is answered.</summary>
    After = 5,

    /// <summary>It is done, and the answer is changed.</summary>
    Changed = 6,
}
