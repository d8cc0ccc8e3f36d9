/* Visibility and must-check marks of the public declarations. */
#ifndef REGISTRY_EXPORT_H
#define REGISTRY_EXPORT_H

#if defined(__GNUC__)
#define REG_EXPORT __attribute__((visibility("default")))
#define REG_MUST_CHECK __attribute__((warn_unused_result))
#define REG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define REG_EXPORT
#define REG_MUST_CHECK
#define REG_PRINTF(fmt, args)
#endif

#endif
