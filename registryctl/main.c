/* registryctl: sets a registry up, operates it and audits it. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

const struct ctl_command ctl_commands[] = {
    {"init", "",
     "DIR [--suite gm|intl] [--role registrar|node] [--authority 341300] [--host NAME] [--store URL] [--catalogue DIR] "
     "[--pool PREFIX]",
     "建立登记库：存储、密钥、开发用 CA 与证书、配置",
     "make a registry: store, keys, a development CA, certificates, configuration", ctl_init},
    {"migrate", "", "[--store URL] [--grant ROLE]", "以属主角色建立或升级 PostgreSQL 的表，并给守护进程的角色授权",
     "make or upgrade the tables of a PostgreSQL store as its owner, and grant a daemon's role what it needs", ctl_migrate},
    {"code", "check", "[FILE|-]", "逐行校验统一社会信用代码", "check credit codes, one a line", ctl_code_check},
    {"code", "make", "PREFIX REGISTRAR BODY", "由前缀、登记机关和 8 位主体标识生成代码",
     "make a credit code of prefix, registrar and 8 characters", ctl_code_make},
    {"catalogue", "items", "[--revision N] [--on DATE]", "列出事项目录（或其某一版、某日施行的一版）",
     "list the items of the catalogue, or of a revision, or of the one in force on a day", ctl_catalogue_items},
    {"catalogue", "import", "FILE.csv --out DIR [--catalogue DIR]",
     "导入经营范围规范表述，写成 DIR/scope_terms.csv；逐行说明未采用的原因",
     "take in a list of scope terms as DIR/scope_terms.csv; says of each refused row why", ctl_catalogue_import},
    {"catalogue", "form",
     "{--type 1130 | --code CODE} [--kind KIND] [--items 1,2,3] [--scope 'TERM;TERM'] [--industry F5191] "
     "[--revision N] [--on DATE]",
     "输出一表登记的表单（JSON Schema）", "print the one form as a JSON Schema", ctl_catalogue_form},
    {"catalogue", "diff", "A B", "比较两份目录（目录文件夹、sample 或登记库中的版次）",
     "what catalogue B has otherwise than A: a directory, sample, or a revision of the registry", ctl_catalogue_diff},
    {"catalogue", "publish", "DIR --effective DATE [--request-id ID]", "公布目录的下一版，自该日起施行",
     "publish the catalogue's next revision, in force from that day", ctl_catalogue_publish},
    {"rules", "", "[--on DATE] [--markdown] [--coverage|--life]",
     "列出登记规则（或某日施行的规则）；--coverage 说明各条是否已编入、由何测试验证；--life 列出生命周期",
     "print the rulebook, or the rules in force on a day; --coverage: which rules are coded, and their tests; "
     "--life: which filings an entity's state allows",
     ctl_rules},
    {"filing", "check", "FILE [--authority 341300] [--on DATE]", "校验申请（不写入）；--on 按该日施行的规则",
     "run rules and merging over a filing, by the law of a day; writes nothing", ctl_filing_check},
    {"filing", "submit", "FILE [--code CODE] [--request-id ID]",
     "以运营者身份提交申请；--code 指明所涉执照，并填写其现行记载次数",
     "file as the operator; --code names the licence that a change is about, and fills in its present revision",
     ctl_filing_submit},
    {"name", "check", "NAME [--authority 341300] [--type 1130] [--industry F5137]",
     "校验名称：规则，以及同一登记机关的相近名称（有 --dir 时）",
     "what the rules say of a name, and, with --dir, which names of the authority are near it", ctl_name_check},
    {"name", "reserve",
     "NAME --applicant TEXT [--authority 341300] [--type 1130] [--industry F5137] [--needs-approval] [--request-id ID]",
     "保留名称两个月；设立或经营范围须经批准的，一年", "keep a name for two months, or a year where an approval comes first",
     ctl_name_reserve},
    {"licence", "show", "CODE", "显示执照", "show a licence", ctl_licence_show},
    {"licence", "history", "CODE [--at DAY|SIZE]",
     "列出执照的各次修订（由新到旧），或自某日终了、某台账条目数时起",
     "list a licence's revisions, newest first, or from the one at the end of a day or at a size of the ledger",
     ctl_licence_history},
    {"licence", "search",
     "[--code START] [--former NUMBER] [--name NAME] [--prefix TEXT] [--part TEXT] [--representative NAME] [--authority 341300] "
     "[--state existing] [--type 1130] [--industry F51] [--items 3,25] [--established-from DAY] [--established-to DAY] "
     "[--recorded-from DAY] [--recorded-to DAY] [--limit 100]",
     "查询符合全部条件的执照；--code 可为代码的开头，--former 为旧注册号或组织机构代码，日期包含首尾两日",
     "the licences that meet every condition; --code may be the beginning of one, --former is an old registration number or "
     "organisation code, days are inclusive",
     ctl_licence_search},
    {"licence", "qr", "CODE [--out FILE.png|FILE.svg] [--scale 4]", "画出凭证二维码（默认在终端）",
     "draw the credential's QR code (in the terminal by default)", ctl_licence_qr},
    {"licence", "verify", "TEXT|--image PNG [--trust DIR]", "离线验证凭证", "verify a credential offline",
     ctl_licence_verify},
    {"licence", "sign", "--pending", "为存量导入而尚无凭证的执照补签凭证；可随时中断，重新运行即继续",
     "sign the credentials of licences that were imported and have none; may be stopped at any time, and goes on when run again",
     ctl_licence_sign},
    {"restriction", "place",
     "--source SOURCE {--code CODE | --id-number NUMBER [--id-kind resident]} --basis TEXT --since DATE [--until DATE] "
     "[--blocks KIND,KIND] [--note TEXT] [--address-unreachable] [--request-id ID]",
     "登记其他机关设置的限制", "write down a restriction that another authority placed", ctl_restriction_place},
    {"restriction", "lift", "POSITION --basis TEXT [--request-id ID]", "解除限制", "lift a restriction", ctl_restriction_lift},
    {"restriction", "list", "[--code CODE | --id-number NUMBER [--id-kind resident]] [--all]",
     "列出限制（--all 含已解除的）", "list restrictions (--all: lifted ones too)", ctl_restriction_list},
    {"restriction", "import", "FILE.csv [--errors FILE]",
     "逐行导入限制（UTF-8 或 GB 18030）；未采用的行连同理由写入 FILE.csv.errors.csv",
     "place a restriction for each row (UTF-8 or GB 18030); refused rows go to FILE.csv.errors.csv with the reason",
     ctl_restriction_import},
    {"import", "register", "FILE.csv|FILE.jsonl|- [--encoding utf-8|gb18030] [--errors FILE] [--json-lines] [--store URL]",
     "导入存量登记数据（docs/import.md）；可随时中断，重新运行即继续；空库独占导入，名称和检索索引最后写入；未采用的行连同理由写入 FILE.errors.jsonl",
     "take over an existing register (docs/import.md); may be stopped at any time, and goes on when run again; an empty register is filled alone, its "
     "names and indexes in the end; refused rows go "
     "to FILE.errors.jsonl with the reason",
     ctl_import_register},
    {"generate", "", "[--rows 1000] [--first 0] [--seed 1] [--authority 341300] [--pool MAX]",
     "在标准输出生成虚构的存量登记数据（CSV），供试验",
     "an invented register as CSV on standard output, to try things with", ctl_generate},
    {"ledger", "head", "", "显示台账首部（签署检查点）", "show the ledger's head as a signed checkpoint", ctl_ledger_head},
    {"ledger", "check", "[--all] [--repair-views]",
     "核验整本台账（签名抽验，--all 全验）；--repair-views 先由条目重建视图（已抹除办件的请求号原样保留；"
     "码段、计数、密钥与哈希树不在其列），须停止 registryd",
     "check the whole ledger (signatures by sample; --all: each); --repair-views first rebuilds the views "
     "(request ids of erased cases stay as they are; pools, counters, keys and tree are none), registryd stopped",
     ctl_ledger_check},
    {"replay", "", "[--catalogue DIR|N] [--on DATE] [--from N]",
     "以另一目录或者另一日的法律重演已办申请，列出结果不同者",
     "judge every recorded filing again by another catalogue or day; prints what would come out differently", ctl_replay},
    {"pool", "add", "PREFIX [--first N] [--last N] [--authority A] [--request-id ID]",
     "增加国家代码中心分配的主体标识码码段；不得与已有码段或已登记的代码重叠",
     "add a pool of subject codes that the national code centre allotted; it overlaps no pool and no code of the register",
     ctl_pool_add},
    {"pool", "list", "", "列出码段：已用、剩余、百分比、下一个", "list the pools: used, free, per cent, and which is next",
     ctl_pool_list},
    {"export", "codes", "[--from POSITION] [--until POSITION] [--format csv|json]",
     "导出已赋的代码，供报送国家代码中心；条目自 --from 起、--until 止（不含）",
     "every code that was allotted, for the return to the national code centre; by entries from --from to before --until",
     ctl_export_codes},
    {"store", "copy", "--to URL [--switch URL]",
     "把登记库复制到另一存储（须停止 registryd；中断后再次运行即继续）；--switch 随后把配置改为该地址",
     "copy the registry to another store, registryd stopped (run it again after an interruption); --switch then writes that "
     "address into the configuration",
     ctl_store_copy},
    {"store", "backup", "FILE", "把 SQLite 存储在线备份到新文件", "back the SQLite store up to a new file, beside a running daemon",
     ctl_store_backup},
    {"store", "restored", "[--lost N] [--store URL]",
     "恢复之后、启用之前：重新销毁已抹除办件的密钥，核验台账，跳过可能已发出的号码；N：其后至多发出的执照数",
     "after restoring, before serving: destroy the keys of erased cases again, check the ledger, skip the numbers that may have "
     "been issued since (N: how many licences at most)",
     ctl_store_restored},
    {"erase", "", "CASE|CODE|ENTRY --basis TEXT", "抹除办件、已解除的限制或者名称保留的非公开信息",
     "erase what is not public of a case, of a lifted restriction or of a reserved name", ctl_erase},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static void print_help(FILE *out)
{
    fputs("registryctl — 登记库的建立、运营与审计 / sets a registry up, operates it and audits it\n\n"
          "用法 / usage: registryctl [--dir DIR] [--format table|json] [--passphrase-file FILE] COMMAND …\n\n",
          out);
    for (const struct ctl_command *command = ctl_commands; command->group; command++)
        fprintf(out, "  %s%s%s%s%s\n      %s\n      %s\n", command->group, *command->verb ? " " : "", command->verb,
                *command->arguments ? " " : "", command->arguments, command->zh, command->en);
    fputs("\n--dir DIR 也可由环境变量 REGISTRY_DIR 给出 / may also come from the environment variable REGISTRY_DIR\n"
          "退出码 / exit status: 0 是 yes · 1 否 the answer is no · 2 无法回答 it could not be answered\n",
          out);
}

const char *ctl_option(struct ctl *ctl, const char *name)
{
    size_t len = strlen(name);

    for (int i = 0; i < ctl->argc; i++) {
        const char *value = NULL;
        int taken = 1;

        if (strncmp(ctl->argv[i], "--", 2) != 0 || strncmp(ctl->argv[i] + 2, name, len) != 0)
            continue;
        if (ctl->argv[i][2 + len] == '=')
            value = ctl->argv[i] + 3 + len;
        else if (ctl->argv[i][2 + len] == '\0' && i + 1 < ctl->argc) {
            value = ctl->argv[i + 1];
            taken = 2;
        }
        if (!value)
            continue;
        memmove(&ctl->argv[i], &ctl->argv[i + taken], (size_t)(ctl->argc - i - taken) * sizeof *ctl->argv);
        ctl->argc -= taken;
        return value;
    }
    return NULL;
}

bool ctl_flag(struct ctl *ctl, const char *name)
{
    for (int i = 0; i < ctl->argc; i++)
        if (strncmp(ctl->argv[i], "--", 2) == 0 && strcmp(ctl->argv[i] + 2, name) == 0) {
            memmove(&ctl->argv[i], &ctl->argv[i + 1], (size_t)(ctl->argc - i - 1) * sizeof *ctl->argv);
            ctl->argc--;
            return true;
        }
    return false;
}

bool ctl_arguments(struct ctl *ctl, int count)
{
    for (int i = 0; i < ctl->argc; i++)
        if (strncmp(ctl->argv[i], "--", 2) == 0) {
            fprintf(stderr, "registryctl: 没有选项 %s（或缺少其值）/ no option %s (or its value is missing)\n", ctl->argv[i],
                    ctl->argv[i]);
            return false;
        }
    if (ctl->argc != count) {
        fprintf(stderr, "registryctl: 应有 %d 个参数，给了 %d 个；见 registryctl --help / expected %d arguments, got %d\n",
                count, ctl->argc, count, ctl->argc);
        return false;
    }
    return true;
}

static const struct ctl_command *find_command(struct ctl *ctl)
{
    for (const struct ctl_command *command = ctl_commands; command->group; command++) {
        bool verb = *command->verb != '\0';

        if (ctl->argc < 1 + verb || strcmp(ctl->argv[0], command->group) != 0 ||
            (verb && strcmp(ctl->argv[1], command->verb) != 0))
            continue;
        ctl->argv += 1 + verb;
        ctl->argc -= 1 + verb;
        return command;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct ctl ctl = {.argc = argc - 1, .argv = argv + 1};
    const struct ctl_command *command;
    const char *format;
    int status;

    if (ctl_flag(&ctl, "version")) {
        puts("registryctl " CTL_VERSION);
        return CTL_YES;
    }
    if (ctl.argc == 0 || ctl_flag(&ctl, "help")) {
        print_help(argc > 1 ? stdout : stderr);
        return argc > 1 ? CTL_YES : CTL_FAULT;
    }
    ctl.dir = ctl_option(&ctl, "dir");
    if (!ctl.dir)
        ctl.dir = getenv("REGISTRY_DIR");
    ctl.passphrase_file = ctl_option(&ctl, "passphrase-file");
    format = ctl_option(&ctl, "format");
    ctl.json = format && strcmp(format, "json") == 0;
    command = find_command(&ctl);
    if (format && !ctl.json && strcmp(format, command && strcmp(command->group, "export") == 0 ? "csv" : "table") != 0)
        return ctl_usage("--format 应为 table 或 json；导出为 csv 或 json", "--format is table or json, of an export csv or json");
    if (!command) {
        fprintf(stderr, "registryctl: 没有这个命令；见 registryctl --help / no such command: see registryctl --help\n");
        return CTL_FAULT;
    }
    status = command->run(&ctl);
    if (fflush(stdout) != 0 || ferror(stdout)) { /* an answer that nobody got is none */
        fputs("registryctl: 无法输出 / cannot write the output\n", stderr);
        return CTL_FAULT;
    }
    return status;
}
