/* Visibility and must-check marks of the public declarations. */
#ifndef REGISTRY_EXPORT_H
#define REGISTRY_EXPORT_H

/* Around the declarations of each header, so that C++ links them. */
#ifdef __cplusplus
#define REG_BEGIN_DECLS extern "C" {
#define REG_END_DECLS   }
#else
#define REG_BEGIN_DECLS
#define REG_END_DECLS
#endif

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
