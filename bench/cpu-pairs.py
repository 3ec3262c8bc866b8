#!/usr/bin/env python3
"""CPU seconds of two published servers for the same work, in alternating pairs, on both engines.

    dotnet publish src/Paypro.Server -c Release -o NEW     and the same of the commit to compare with, into OLD
    bench/cpu-pairs.py OLD NEW [--pairs 7] [--count 4000] [--engine Sqlite|Postgres]

Each server starts on a new database, takes some requests to warm up, then COUNT payInApi and a tenth as many payments of the simulated bank, each of which
is the bank's own writes, a callback, a receipt and a notification that nobody takes. Counted is the CPU time of the server and, on PostgreSQL, of the database, for 10,000 of each. CPU
time depends little on what else the machine does, but it does: read the pairs, not the sums.
"""
import argparse, hashlib, http.client, json, os, shutil, signal, socket, statistics, subprocess, sys, tempfile, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICKS = os.sysconf("SC_CLK_TCK")
THREADS = 16

# The simulated bank keeps a memory of its own, in a transaction for each step, which costs more than the outcome: fewer of them are enough.
OUTCOMES_PART = 10


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) / TICKS, int(fields[1])


def cpu_of_tree(root):
    """A process, what it started and waited for, and what still runs below it."""
    total, parents = cpu_of(root)[0], {root}
    for pid in sorted(int(p) for p in os.listdir("/proc") if p.isdigit()):
        try:
            seconds, parent = cpu_of(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent in parents and pid != root:
            parents.add(pid)
            total += seconds
    return total


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def in_threads(count, work):
    failed, lock, numbers = [], threading.Lock(), iter(range(count))

    def run():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                work(connection, number)
            except Exception as error:  # one failure spoils the measurement
                failed.append(error)
                return

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        sys.exit(f"cpu-pairs: {failed[0]}")


def post(connection, path, members, headers):
    connection.request("POST", path, json.dumps(members), {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def pay_in(connection, trade_no):
    members = {"tradeNo": trade_no, "amount": "300", "wayCode": "va", "remark": "r" * 100, "notifyUrl": "http://127.0.0.1:9/n", "timestamp": str(int(time.time() * 1000))}
    text = "".join(f"{name}={members[name]}" for name in sorted(members)) + "sandbox-secret-mx"
    members["sign"] = hashlib.md5(text.encode()).hexdigest()
    status, answer = post(connection, "/mex-pay/v1/paypro/payInApi", members, {"merchantNo": "1000000001"})
    if status != 200 or answer.get("code") != "0000":
        raise RuntimeError(f"payInApi was answered {status} {answer}")
    return answer["data"]["platFormTradeNo"]


def paid(connection, number):
    status, answer = post(connection, f"/sandbox/payins/{number}", {"action": "pay", "amount": "300"}, {})
    if status != 200:
        raise RuntimeError(f"the payment was answered {status} {answer}")


def measure(folder, engine, count):
    global port
    port = free_port()
    scratch = tempfile.mkdtemp()
    os.chmod(scratch, 0o711)
    database = os.path.join(scratch, "postgres")
    environment = {
        **os.environ, "ASPNETCORE_URLS": f"http://127.0.0.1:{port}", "Paypro__Sandbox": "true", "Paypro__Database": engine, "Paypro__Metrics": "off",
        "ConnectionStrings__Paypro": f"Data Source={scratch}/paypro.db", "DOTNET_TieredPGO": "0",
    }
    postmaster = None
    try:
        if engine == "Postgres":
            environment["ConnectionStrings__Paypro"] = subprocess.check_output([f"{ROOT}/eng/postgres.sh", "start", database], text=True).strip()
            with open(f"{database}/data/postmaster.pid") as file:
                postmaster = int(file.readline())
        with open(os.path.join(scratch, "log"), "w") as log:
            server = subprocess.Popen(["dotnet", os.path.join(folder, "Paypro.Server.dll")], env=environment, cwd=scratch, stdout=log, stderr=log)
        try:
            for _ in range(600):
                try:
                    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                    connection.request("GET", "/health/ready")
                    if connection.getresponse().status == 200:
                        break
                except OSError:
                    pass
                time.sleep(0.1)
            numbers = [None] * count
            warm = [None] * 600
            in_threads(len(warm), lambda c, i: warm.__setitem__(i, pay_in(c, f"w{i:08d}")))
            in_threads(len(warm), lambda c, i: paid(c, warm[i]))

            def spent():
                return cpu_of(server.pid)[0] + (cpu_of_tree(postmaster) if postmaster else 0)

            began = spent()
            in_threads(count, lambda c, i: numbers.__setitem__(i, pay_in(c, f"t{i:08d}")))
            between = spent()
            some = count // OUTCOMES_PART
            in_threads(some, lambda c, i: paid(c, numbers[i]))
            return (between - began) * 10_000 / count, (spent() - between) * 10_000 / some
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    finally:
        if engine == "Postgres":
            subprocess.run([f"{ROOT}/eng/postgres.sh", "stop", database], check=False)
        shutil.rmtree(scratch, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--engine", choices=("Sqlite", "Postgres"), help="both without it")
    given = parser.parse_args()
    for engine in (given.engine,) if given.engine else ("Sqlite", "Postgres"):
        pairs = []
        for no in range(given.pairs):
            order = (given.old, given.new) if no % 2 == 0 else (given.new, given.old)
            figures = {folder: measure(folder, engine, given.count) for folder in order}
            pairs.append((figures[given.old], figures[given.new]))
            print(f"{engine} pair {no + 1}: " + ", ".join(
                f"{what} {old:.1f} → {new:.1f} s ({new / old:.2f}×)" for what, old, new in zip(("payInApi", "outcomes"), *pairs[-1])), flush=True)
        for what, kind in enumerate(("10,000 payInApi", "10,000 outcomes")):
            ratios = sorted(new[what] / old[what] for old, new in pairs)
            print(f"| {engine} | {kind} | {statistics.median(o[what] for o, _ in pairs):.1f} | {statistics.median(n[what] for _, n in pairs):.1f} "
                  f"| {statistics.median(ratios):.2f}× ({ratios[0]:.2f} – {ratios[-1]:.2f}) |", flush=True)


if __name__ == "__main__":
    main()
